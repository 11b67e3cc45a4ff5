"""From a key on a slider to new pixels: how soon each explorable answers in a real JupyterLab.

python -m benchmarks.explorables [name ...]

A slider goes to its lowest value and then up, a step at a time. The clock starts when the browser hands out the key
and stops in the frame after the one that shows the picture; the next key waits for that.
"""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browser.conftest import _ARGUMENTS, _NAMES
from browser.lab import Lab, explorable_cell, serve

SLIDERS = {
    "descent": "Learning rate",
    "race": "Rate",
    "saturation": "Mean",
    "depth": "Multiplied by",
    "schedule": "Full rate",
    "approximation": "Hidden units",
    "components": "Components k",
    "outlier": "Outlier's y",
}
"""Explorables, and a slider of each with at least 40 steps."""

TIMES = """box => {
  window.times = []; let began = 0;
  box.addEventListener("keydown", () => { began = performance.now(); }, { capture: true });
  const picture = box.querySelector("img");
  new MutationObserver(async () => {
    await picture.decode();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.times.push(performance.now() - began); }));
  }).observe(picture, { attributes: true, attributeFilter: ["src"] });
}"""


def milliseconds(lab: Lab, name: str, keys: int) -> list[float]:
    """Run the explorable in a new notebook, press the keys, and return how long each picture took."""
    lab.write("bench.ipynb", [explorable_cell(name)])
    lab.open("bench.ipynb")
    lab.run(0)
    box = lab.cell(0).locator(".jp-OutputArea-output .widget-vbox")
    box.locator("img").scroll_into_view_if_needed()
    box.evaluate(TIMES)
    knob = box.get_by_role("slider", name=SLIDERS[name], exact=True)
    for count, key in enumerate(["Home", *["ArrowRight"] * keys], start=1):
        _press(knob, key, count)
    times: list[float] = lab.page.evaluate("() => window.times")
    return times[1:]


def _press(knob: Locator, key: str, count: int) -> None:
    """Press a key and wait for the picture of this number."""
    knob.press(key)
    knob.page.wait_for_function("count => window.times.length >= count", arg=count, timeout=10_000)


def main(names: list[str], keys: int = 40) -> None:
    """Print median and 95th percentile of each explorable, in milliseconds."""
    program = next(filter(None, map(shutil.which, _NAMES)))
    print(f"{keys} keys\n\n| explorable | slider | median (ms) | 95th percentile (ms) |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        (home / "root").mkdir()
        with serve(home / "root", home) as server:
            browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
            lab = Lab(browser.new_page(viewport={"width": 1280, "height": 1000}), server)
            for name in names or SLIDERS:
                times = milliseconds(lab, name, keys)
                late = statistics.quantiles(times, n=20)[-1]
                print(f"| {name} | {SLIDERS[name]} | {statistics.median(times):.0f} | **{late:.0f}** |", flush=True)
                lab.page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
