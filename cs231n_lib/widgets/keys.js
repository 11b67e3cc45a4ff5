// What is operated by keys keeps them: `keys.py` says why. The page gets this before the code that calls it.

const isKept = (event) => !event.ctrlKey && !event.metaKey && event.key !== "Escape";

function keepKeys(element) {
  // Notebook 7 hears a key before `element` does, on the document, and spares only a target that bears this mark; so it
  // is set still earlier, on the window, and for the one key: on a target that keeps it, Ctrl+S would no longer save.
  const mark = (event) => {
    if (element.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", isKept(event));
  };
  element.addEventListener("focusin", () => window.addEventListener("keydown", mark, true));
  element.addEventListener("focusout", () => window.removeEventListener("keydown", mark, true));
  element.addEventListener("keydown", (event) => {
    if (isKept(event)) event.stopPropagation();
  });
}
