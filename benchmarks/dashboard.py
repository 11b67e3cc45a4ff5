"""The live dashboard beside other live plots in a real JupyterLab: what a step costs, what is seen, what stays.

python -m benchmarks.dashboard [name ...]

The environment that runs this needs the peers too: ``pip install livelossplot fastprogress plotly bqplot trainplot``.
Each contender logs a loss and an accuracy in 2,000 steps of 3.3 ms, of which 0.24 ms are work; those that do not pace
themselves draw at every tenth step. Then 8,000 steps of 0.24 ms without a pause, for those that may log at each step.
"""

import json
import shutil
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell
from playwright.sync_api import WebSocket, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browser.conftest import _ARGUMENTS, _NAMES
from browser.lab import Lab, serve

CONTENDERS = {
    "this dashboard": """
from cs231n_lib.widgets import LiveDashboard
live = LiveDashboard().__enter__()
every, log = 1, lambda xs, ls, accuracies: live.log(loss=ls[-1], accuracy=accuracies[-1])
end = lambda: live.__exit__(None, None, None)""",
    "livelossplot": """
from livelossplot import PlotLosses
plot = PlotLosses()
def log(xs, ls, accuracies):
    plot.update({"loss": ls[-1], "accuracy": accuracies[-1]}); plot.send()
every, end = 10, lambda: None""",
    "fastprogress": """
from fastprogress.fastprogress import NBMasterBar
bar = NBMasterBar(range(1), total=1); bar.names = ["loss", "accuracy"]; bar.hide_graph = False
every, log = 10, lambda xs, ls, accuracies: bar.update_graph([[xs, ls], [xs, accuracies]])
end = lambda: None""",
    "plotly FigureWidget": """
import plotly.graph_objects as go
from IPython.display import display
figure = go.FigureWidget(data=[go.Scatter(), go.Scatter()]); display(figure)
def log(xs, ls, accuracies):
    with figure.batch_update():
        for line, ys in zip(figure.data, (ls, accuracies)): line.x, line.y = list(xs), list(ys)
every, end = 10, lambda: None""",
    "bqplot": """
import bqplot
from IPython.display import display
scales = {"x": bqplot.LinearScale(), "y": bqplot.LinearScale()}
lines = bqplot.Lines(x=[0], y=[[0], [0]], scales=scales)
display(bqplot.Figure(marks=[lines], axes=[bqplot.Axis(scale=scales["x"])]))
def log(xs, ls, accuracies):
    with lines.hold_sync(): lines.x, lines.y = np.array(xs), np.array([ls, accuracies])
every, end = 10, lambda: None""",
    "trainplot": """
from trainplot import TrainPlot
plot = TrainPlot(update_period=1 / 30)
every, log = 1, lambda xs, ls, accuracies: plot.update(loss=ls[-1], accuracy=accuracies[-1])
end = lambda: None""",
}

LOOP = """
import json, time
import numpy as np
CONTENDER
def clock():
    began = time.thread_time(); return time.thread_time() - began
CLOCK = np.median([clock() for _ in range(1000)])
def run(steps, pause):
    xs, ls, accuracies, costs = [], [], [], []
    for step in range(steps):
        began = time.thread_time()
        while time.thread_time() - began < 0.24e-3: pass
        if pause: time.sleep(max(0.0, pause - 0.24e-3))
        xs.append(step); ls.append(1 / (1 + step)); accuracies.append(1 - ls[-1])
        if (step + 1) % every == 0:
            began = time.thread_time(); log(xs, ls, accuracies); costs.append(time.thread_time() - began)
    costs = np.array(costs) - CLOCK
    return {"step": costs.sum() / steps, "call": float(np.median(costs))}
began = time.perf_counter(); paced = run(2000, 3.3e-3); seconds = time.perf_counter() - began; ended = time.time()
tight = run(8000, 0) if every == 1 else None
end()
print("MEASURED", json.dumps({"paced": paced, "seconds": seconds, "ended": ended, "tight": tight}))
"""

WATCH = """() => {
  window.changes = []; window.frames = []; let dirty = false;
  new MutationObserver(() => { dirty = true; }).observe(document.querySelectorAll(".jp-Notebook .jp-Cell")[0],
    { subtree: true, childList: true, attributes: true, characterData: true });
  const frame = () => { const now = Date.now() / 1000; window.frames.push(now);
    if (dirty) { window.changes.push(now); dirty = false; } requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""


def measure(name: str, lab: Lab) -> dict[str, Any]:
    """Run one contender in a new notebook and kernel."""
    received: list[tuple[float, int]] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: received.append((time.time(), len(payload))))

    lab.page.on("websocket", listen)
    lab.write("bench.ipynb", [new_code_cell(LOOP.replace("CONTENDER", CONTENDERS[name]))])
    lab.open("bench.ipynb")
    lab.page.evaluate(WATCH)
    output = lab.run(0, timeout=400)
    lab.page.wait_for_timeout(5000)
    found = json.loads(next(line for line in output.splitlines() if line.startswith("MEASURED"))[8:])
    changes, frames = lab.page.evaluate("() => [window.changes, window.frames]")
    start, end = found["ended"] - found["seconds"], found["ended"]
    during = [when for when in changes if start + 1 < when < end]
    drawn = [when for when in frames if start + 1 < when < end]
    lab.save()
    outputs = json.loads((lab.root / "bench.ipynb").read_text())["cells"][0]["outputs"]
    found |= {
        "screens": len(during) / (found["seconds"] - 1),
        "gap": max((b - a for a, b in pairwise(drawn)), default=float("nan")),
        "bytes": sum(size for when, size in received if start < when < end),
        "left": [
            "picture" if {"image/png", "text/html"} & set(o.get("data", {})) else o["output_type"] for o in outputs
        ],
        "saved": len(json.dumps([o for o in outputs if "MEASURED" not in str(o)])),
        "behind": None if found["tight"] else max([0.0, *(when - end for when in changes)]),
    }
    return found


def report(name: str, found: dict[str, Any]) -> str:
    """One row of the table."""
    paced, tight = found["paced"], found["tight"]
    cells = [
        name,
        f"{paced['step'] * 1e6:.1f} µs",
        f"{paced['call'] * 1e6:.1f} µs",
        f"{tight['step'] * 1e6:.1f} µs, {tight['step'] / 0.24e-3:.1%}" if tight else "",
        f"{found['screens']:.1f}/s",
        f"{found['gap'] * 1e3:.0f} ms",
        "" if found["behind"] is None else f"{found['behind']:.1f} s",
        f"{found['bytes'] / 1e3:.0f} kB",
        f"{found['saved'] / 1e3:.0f} kB",
    ]
    return "| " + " | ".join(cells) + " |"


COLUMNS = ("", "a step", "median call", "without pause", "screens", "longest frame", "behind", "received", "saved")
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def main(names: list[str]) -> None:
    """Measure these contenders, each in a fresh page."""
    program = next(filter(None, map(shutil.which, _NAMES)))
    print(HEAD)
    for name in names or CONTENDERS:
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            home = Path(folder)
            (home / "root").mkdir()
            with serve(home / "root", home) as server:
                browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
                lab = Lab(browser.new_page(viewport={"width": 1280, "height": 1000}), server)
                try:
                    print(report(name, measure(name, lab)), flush=True)
                except (AssertionError, StopIteration) as error:
                    print(f"| {name} | did not run: {error or lab.output(0)[-300:]} |", flush=True)
                browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
