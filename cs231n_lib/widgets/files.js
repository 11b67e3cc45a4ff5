// Buttons that download and upload files and run other actions.
//
// Traits from Python: note and report (HTML), labels ([download, upload]), more (labels of further buttons), accept
//   (extensions of the files to upload), limit (maximum bytes of all files together).
// Messages to Python: {kind: "pack", request} requests a file, with a number that stays the same in repeated requests.
//   {kind: "part", part} requests a part of the file. {kind: "file", number, part, data} sends a part of an uploaded
//   file as base64, and {kind: "taken", names, sizes} ends the upload. {kind: "more", label} runs another action.
// Messages from Python: {kind: "part", part, parts, name} with one buffer, and {kind: "done"} after a new report.

const PART = 600_000;
const PATIENCE = 4_000; // milliseconds until a part is requested again
const ATTEMPTS = 15;
const BUSY = "Python is still busy. If nothing happens, run this cell again.";
const LOST = "Python does not answer. Run this cell again, then press the button again.";

const node = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

// btoa takes text, and the number of arguments of a call is limited.
function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

function handOut(name, parts) {
  const link = node("a", { href: URL.createObjectURL(new Blob(parts)), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

class Files {
  constructor(model, el) {
    Object.assign(this, { model, el, parts: [], attempts: 0, packing: false });
    el.classList.add("cs-files");
    keepKeys(el);
    const [pack, take] = model.get("labels");
    const button = (label, action) => {
      const made = node("button", { type: "button", textContent: label });
      made.addEventListener("click", action);
      return made;
    };
    this.picker = node("input", { type: "file", multiple: true, accept: model.get("accept"), hidden: true });
    this.picker.addEventListener("change", () => this.take([...this.picker.files]));
    this.buttons = [
      button(pack, () => this.pack()),
      button(take, () => this.waits || this.picker.click()),
      ...model.get("more").map((label) => button(label, () => this.ask({ kind: "more", label }))),
    ];
    this.note = node("div", { className: "cs-note", innerHTML: model.get("note") });
    this.status = node("div", { className: "cs-status", innerHTML: model.get("report") });
    this.status.setAttribute("role", "status");
    el.append(this.note, node("div", { className: "cs-row" }, ...this.buttons, this.picker), this.status);
    this.onMessage = (message, buffers) => this.hear(message, buffers);
    model.on("msg:custom", this.onMessage);
  }

  destroy() {
    clearTimeout(this.timer);
    this.model.off("msg:custom", this.onMessage);
  }

  // A disabled button would lose the focus, so the buttons are only marked as disabled.
  get waits() {
    return this.buttons[0].hasAttribute("aria-disabled");
  }
  wait(text) {
    for (const button of this.buttons) button.setAttribute("aria-disabled", "true");
    this.status.textContent = text;
  }
  finish(text = "") {
    clearTimeout(this.timer);
    this.packing = false;
    for (const button of this.buttons) button.removeAttribute("aria-disabled");
    if (text) this.status.textContent = text;
    else this.status.innerHTML = this.model.get("report");
  }

  ask(message) {
    if (this.waits) return;
    this.wait("Working …");
    this.model.send(message);
    this.timer = setTimeout(() => (this.status.textContent = BUSY), 4 * PATIENCE);
  }

  pack() {
    if (this.waits) return;
    this.wait("Packing …");
    Object.assign(this, { parts: [], attempts: 0, packing: true });
    this.request({ kind: "pack", request: Date.now() });
  }
  request(message) {
    clearTimeout(this.timer);
    this.model.send(message);
    this.timer = setTimeout(() => {
      this.attempts += 1;
      if (this.attempts < ATTEMPTS) this.request(message);
      else this.finish(LOST);
    }, PATIENCE);
  }

  hear(message, buffers) {
    if (message.kind === "done") this.finish();
    // A part that was requested twice arrives twice.
    if (message.kind !== "part" || !this.packing || message.part !== this.parts.length) return;
    this.parts.push(buffers[0]);
    this.attempts = 0;
    if (this.parts.length < message.parts) {
      this.status.textContent = `Downloading part ${this.parts.length + 1} of ${message.parts} …`;
      this.request({ kind: "part", part: this.parts.length });
      return;
    }
    handOut(message.name, this.parts);
    this.parts = [];
    this.finish(`${message.name} is in your browser's downloads.`);
  }

  async take(files) {
    this.picker.value = ""; // so that the same file can be picked again
    if (this.waits || !files.length) return;
    const total = files.reduce((sum, file) => sum + file.size, 0);
    if (total > this.model.get("limit")) {
      const most = this.model.get("limit").toLocaleString("en");
      this.finish(`These files have ${total.toLocaleString("en")} bytes. Choose at most ${most} bytes at a time.`);
      return;
    }
    this.wait("Reading …");
    files.sort((one, other) => one.lastModified - other.lastModified);
    let contents;
    try {
      contents = await Promise.all(files.map((file) => file.arrayBuffer()));
    } catch {
      this.finish("A file cannot be read, so nothing was changed. Check that all files exist, and repeat the upload.");
      return;
    }
    for (const [number, content] of contents.entries()) {
      for (let part = 0; part === 0 || part * PART < content.byteLength; part += 1) {
        const bytes = new Uint8Array(content.slice(part * PART, (part + 1) * PART));
        this.model.send({ kind: "file", number, part, data: base64(bytes) });
      }
    }
    this.model.send({ kind: "taken", names: files.map((file) => file.name), sizes: files.map((file) => file.size) });
    this.status.textContent = "Working …";
    this.timer = setTimeout(() => (this.status.textContent = BUSY), 4 * PATIENCE);
  }
}

export default {
  render({ model, el }) {
    const files = new Files(model, el);
    return () => files.destroy();
  },
};
