// A box of ipywidgets that keeps keystrokes and adds the accessible names that ipywidgets omits.

// ipywidgets gives a slider no name, and reports the exponent as the value of a logarithmic slider.
function labelSlider(handle) {
  const row = handle.closest(".widget-inline-hbox"),
    readout = row.querySelector(".widget-readout");
  const update = () => handle.setAttribute("aria-valuetext", readout.textContent);
  handle.setAttribute("aria-label", row.querySelector(".widget-label").textContent);
  new MutationObserver(update).observe(readout, { childList: true, characterData: true, subtree: true });
  update();
}

// ipywidgets does not name the buttons of a player.
function labelPlayer(player) {
  const [play, reset] = player.querySelectorAll("button");
  play.title = "Play or pause";
  reset.title = "Reset";
}

// The texts below an image are its name. A screen reader announces changes of the last text, which describes the state.
function labelImage(image, texts) {
  for (const [i, text] of texts.entries()) text.id ||= `cs-text-${Math.random().toString(36).slice(2)}-${i}`;
  image.setAttribute("aria-labelledby", texts.map((text) => text.id).join(" "));
  texts.at(-1).setAttribute("aria-live", "polite");
}

function prepare(box) {
  const image = box.querySelector("img.widget-image");
  keepKeys(box);
  box.querySelectorAll("[role=slider]").forEach(labelSlider);
  box.querySelectorAll(".widget-play").forEach(labelPlayer);
  if (image) labelImage(image, [...box.querySelectorAll(".widget-html")]);
}

export default {
  render({ el }) {
    el.style.display = "none";
    const prepareOnceShown = () =>
      el.isConnected ? prepare(el.closest(".widget-vbox")) : requestAnimationFrame(prepareOnceShown);
    prepareOnceShown();
  },
};
