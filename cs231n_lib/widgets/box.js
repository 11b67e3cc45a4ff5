// A box of ipywidgets: its keys stay in it, and a screen reader is told what ipywidgets leaves out.

// ipywidgets gives a slider no name, and with equal factors the exponent for its value.
function speak(handle) {
  const row = handle.closest(".widget-inline-hbox"),
    readout = row.querySelector(".widget-readout");
  const tell = () => handle.setAttribute("aria-valuetext", readout.textContent);
  handle.setAttribute("aria-label", row.querySelector(".widget-label").textContent);
  new MutationObserver(tell).observe(readout, { childList: true, characterData: true, subtree: true });
  tell();
}

// Nor does it name the buttons that run a slider.
function nameButtons(player) {
  const [run, back] = player.querySelectorAll("button");
  run.title = "Run, or stop";
  back.title = "Back to the start";
}

// The words below a picture are its name; the last of them say what it shows now, and are spoken when they change.
function describe(picture, words) {
  for (const [i, part] of words.entries()) part.id ||= `cs-words-${Math.random().toString(36).slice(2)}-${i}`;
  picture.setAttribute("aria-labelledby", words.map((part) => part.id).join(" "));
  words.at(-1).setAttribute("aria-live", "polite");
}

function guard(box) {
  const picture = box.querySelector("img.widget-image");
  keepKeys(box);
  box.querySelectorAll("[role=slider]").forEach(speak);
  box.querySelectorAll(".widget-play").forEach(nameButtons);
  if (picture) describe(picture, [...box.querySelectorAll(".widget-html")]);
}

export default {
  render({ el }) {
    el.style.display = "none";
    const onceShown = () => (el.isConnected ? guard(el.closest(".widget-vbox")) : requestAnimationFrame(onceShown));
    onceShown();
  },
};
