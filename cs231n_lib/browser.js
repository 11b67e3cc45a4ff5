// The page's end of `browser.StopChannel`: ask a kernel that runs in the browser to stop its cell.
//
// Trait from Python: stop_channel ({name, file}, empty outside a browser and once the run has ended).
const NOT_RECEIVED_IN_BROWSER =
  "Python did not receive the click. Choose Kernel → Restart Kernel, then run the cells above again.";

const requestStop = async (model) => {
  const { name, file } = model.get("stop_channel");
  if (name) {
    const channel = new BroadcastChannel(name);
    // oxlint-disable-next-line require-post-message-target-origin -- a channel has no origin to name
    channel.postMessage("stop");
    channel.close();
  }
  const contents = file && globalThis.jupyterapp?.serviceManager.contents;
  if (!contents) return;
  await contents.save(file, { type: "file", format: "text", content: "stop" });
  // Python deletes the file when the run ends. If the run has ended in the meantime, nobody else does.
  if (!model.get("stop_channel").file) await contents.delete(file);
};
