// Tell what JupyterLite does not tell, which is that Python does not start and that the browser is full, and suit the
// page to a narrow window.
//
// The builder adds this script to JupyterLite's pages, before its own. data-seconds says how long Python may take to
// start. Python reads and writes the files of the lessons by requests that a service worker passes on to the page. If
// the page cannot serve a request, JupyterLite leaves it unanswered, and the cell would wait endlessly. Here the page
// then answers `FAILED`, which the builder lets the service worker turn into an error.

const SECONDS = Number(document.currentScript.dataset.seconds);
const CHANNEL = "/sw-api.v1";
const FAILED = { failed: true };
const UNANSWERED = 1000; // milliseconds after an error until a request counts as unanswered
const NOT_STARTED =
  "Python has not started yet. A first start downloads about 25 MB. If nothing happens for another minute, check your " +
  "connection and reload this page. Your saved work is kept.";
const NO_ROOM =
  "This browser has no room for more files, so a file was not saved. Download your work now. Then make room on this " +
  "device.";

function tell(sentence) {
  const box = document.createElement("div");
  box.setAttribute("role", "alert");
  box.style.cssText =
    "position: fixed; inset: auto 1rem 1rem; max-width: 40rem; margin: auto; padding: 0.7rem 1rem; z-index: 10000;" +
    "font: 1rem/1.4 system-ui, sans-serif; background: #fff; color: #000; border: 2px solid #b34700;";
  const button = document.createElement("button");
  button.textContent = "Close";
  button.style.cssText = "font: inherit; margin-left: 0.7rem;";
  button.addEventListener("click", () => box.remove());
  document.body.append(box);
  box.append(sentence, button); // after the box is in the page, so that screen readers announce it
  return box;
}

// A narrow window cuts off Notebook's button "Not Trusted", which no lesson needs.
const style = document.createElement("style");
style.textContent = "@media (max-width: 600px) { .jp-NotebookTrustedStatus { display: none; } }";
document.head.append(style);

let waiting = null; // session whose Python has not started, and since when
setInterval(() => {
  const session = window.jupyterapp?.shell?.currentWidget?.sessionContext;
  const status = session?.session?.kernel?.status; // there is no kernel before Pyodide has been loaded
  if (!session || status === "idle" || status === "busy") {
    waiting?.box?.remove();
    waiting = null;
  } else if (waiting?.session !== session) {
    waiting?.box?.remove();
    waiting = { session, since: Date.now() };
  } else if (!waiting.box && Date.now() - waiting.since > 1000 * SECONDS) waiting.box = tell(NOT_STARTED);
}, 1000);

const unanswered = new Set();
let answer = null; // sends to the service worker
let page = null; // how JupyterLite calls this page, because each page hears the requests of all
const listen = BroadcastChannel.prototype.addEventListener;
BroadcastChannel.prototype.addEventListener = function (kind, listener, ...options) {
  if (this.name !== CHANNEL || kind !== "message") return listen.call(this, kind, listener, ...options);
  answer = this.postMessage.bind(this);
  this.postMessage = (message) => {
    page = message.browsingContextId;
    for (const request of unanswered) if (request.requestId === message.requestId) unanswered.delete(request);
    answer(message);
  };
  const take = (event) => {
    if (event.data.pathname?.includes("/api/drive")) unanswered.add(event.data);
    return listener.call(this, event);
  };
  return listen.call(this, kind, take, ...options);
};

window.addEventListener("unhandledrejection", (event) => {
  const open = [...unanswered];
  setTimeout(() => {
    const failed = open.filter((request) => request.browsingContextId === page && unanswered.delete(request));
    for (const { browsingContextId, requestId } of failed) answer({ response: FAILED, browsingContextId, requestId });
    if (failed.length && event.reason?.name === "QuotaExceededError") tell(NO_ROOM);
  }, UNANSWERED);
});
