// What is operated by keys keeps them: `keys.py` says why. The page gets this before the code that calls it.

function keepKeys(element) {
  element.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && event.key !== "Escape") event.stopPropagation();
  });
}
