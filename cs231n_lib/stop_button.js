// A Stop button in a browser, which needs requestStop of browser.js before it.
const HINT = "Python stops at the next step of the bar. If it does not, choose Kernel → Restart Kernel.";
const PATIENCE = 15000;

export default {
  render({ model, el }) {
    const button = document.createElement("button"),
      hint = document.createElement("span");
    button.type = "button";
    button.className = "lm-Widget jupyter-widgets jupyter-button widget-button";
    button.style.width = "max-content";
    button.textContent = "Stop";
    hint.setAttribute("role", "status");
    let patience = null;
    button.addEventListener("click", () => {
      button.disabled = true;
      button.textContent = "Stopping …";
      requestStop(model);
      patience = setTimeout(() => (hint.textContent = ` ${HINT}`), PATIENCE);
    });
    el.append(button, hint);
    return () => clearTimeout(patience);
  },
};
