// Keeps keystrokes in a widget; `keys.py` explains why. The page loads this before the code that calls it.

const isKept = (event) => !event.ctrlKey && !event.metaKey && event.key !== "Escape";

function keepKeys(element) {
  // Notebook 7 listens on the document, before `element`, and ignores only targets with this attribute. The listener on
  // the window runs before both. It sets the attribute per key, because Ctrl+S must still save the notebook.
  const mark = (event) => {
    if (element.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", isKept(event));
  };
  element.addEventListener("focusin", () => window.addEventListener("keydown", mark, true));
  element.addEventListener("focusout", () => window.removeEventListener("keydown", mark, true));
  element.addEventListener("keydown", (event) => {
    if (isKept(event)) event.stopPropagation();
  });
}
