"""The live dashboard in a real JupyterLab: it moves, obeys mouse and keys, stops, and leaves a picture that lasts."""

import json
import re

import numpy as np
import pytest
from browser.lab import Lab
from matplotlib.image import imread
from nbformat.v4 import new_code_cell
from playwright.sync_api import Locator, expect

from cs231n_lib.widgets.training_picture import smooth

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SETUP = "import time\nfrom cs231n_lib.widgets import LiveDashboard"
LOOP = """with LiveDashboard() as live:
    for step in range({steps}):
        live.log(loss=2.3 * 0.99**step + 0.2 * (step % 2), accuracy=1 - 0.99**step)
        time.sleep(0.005)
print("went on after", len(live._plot.curves[0].x), "steps")"""
ENDLESS = LOOP.format(steps=10**6)
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
TRAINER = """import numpy as np
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import Adam
from cs231n_lib.training.trainer import Trainer
rng = np.random.default_rng(0)
x = rng.standard_normal((600, 8)).astype(np.float32)
y = (x[:, 0] > 0).astype(int)
trainer = Trainer(MLP((8, 16, 2), rng=rng), Adam(), batch_size=20, rng=rng)
history = trainer.fit((x[:500], y[:500]), (x[500:], y[500:]), epochs=10**5, callbacks=[LiveDashboard()])
print(history.stopped)"""


def start(lab: Lab, *sources: str, front_end: str = "lab/tree") -> Locator:
    """Open a notebook of these cells, start the first, and wait until its dashboard draws."""
    lab.write("live.ipynb", [new_code_cell(SETUP), *map(new_code_cell, sources)])
    lab.open("live.ipynb", front_end)
    lab.run(0)
    lab.start(1)
    live = lab.cell(1).locator(".cs-live")
    expect(live.locator(".cs-status")).to_contain_text("steps/s", timeout=30_000)
    return live


def step_of(live: Locator) -> int:
    found = re.search(r"step ([\d,]+)", live.locator(".cs-status").inner_text())
    assert found
    return int(found[1].replace(",", ""))


def places(live: Locator) -> list[tuple[float, float, float, float]]:
    """Where each part of the dashboard is, from its own corner."""
    parts = live.locator(":is(canvas, button, section, input)")
    return parts.evaluate_all(
        "(parts) => { const origin = parts[0].closest('.cs-live').getBoundingClientRect(); return parts.map(part => {"
        " const box = part.getBoundingClientRect();"
        " return [box.x - origin.x, box.y - origin.y, box.width, box.height]; }); }"
    )


def interrupt(lab: Lab) -> None:
    lab.command("notebook:interrupt-kernel")
    lab.wait_until_done()


def test_live_plot_advances_without_layout_shifts(lab: Lab) -> None:
    live = start(lab, ENDLESS)
    first, before, draws = step_of(live), places(live), int(live.get_attribute("data-draws") or 0)
    lab.page.wait_for_timeout(2000)
    assert step_of(live) > first
    assert int(live.get_attribute("data-draws") or 0) > draws + 10
    toggle = live.get_by_role("button", name="Log scale")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    live.get_by_role("slider", name="Smoothing").press("ArrowRight")
    expect(live.locator("output")).to_have_text("50 steps")
    lab.page.wait_for_timeout(1200)
    assert places(live) == before
    interrupt(lab)
    assert lab.errors == []


def test_hovering_reads_values_and_dragging_zooms(lab: Lab) -> None:
    live = start(lab, LOOP.format(steps=250) + "\n", ENDLESS)
    lab.wait_until_done()
    live = lab.cell(2).locator(".cs-live")
    lab.start(2)
    expect(live.locator(".cs-status")).to_contain_text("steps/s", timeout=30_000)
    lab.page.wait_for_timeout(1500)
    canvas = live.locator("[data-panel=loss] canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    lab.page.mouse.move(box["x"] + 150, middle)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 300, middle, steps=4)
    lab.page.mouse.up()
    reset = live.get_by_role("button", name="Reset zoom")
    expect(reset).to_be_enabled()
    tip = live.locator("[data-panel=loss] .cs-tip")
    expect(tip).to_be_visible()
    # With the window fixed by the zoom, the same pixel means the same step, whatever comes in.
    said = re.search(r"step ([\d,]+)\s*training ([\d.]+)", tip.inner_text())
    assert said
    step = int(said[1].replace(",", "")) - 1
    assert float(said[2]) == pytest.approx(2.3 * 0.99**step + 0.2 * (step % 2), rel=1e-3)
    reset.click()
    expect(reset).to_be_disabled()
    interrupt(lab)


def test_page_and_figure_smooth_the_loss_equally(lab: Lab) -> None:
    live = start(lab, ENDLESS)
    lab.page.wait_for_timeout(1500)
    canvas = live.locator("[data-panel=loss] canvas")
    canvas.press("Home")
    tip = live.locator("[data-panel=loss] .cs-tip").inner_text()
    said = re.search(r"step 1\b.*smoothed ([\d.]+)", tip, re.DOTALL)
    assert said, tip
    steps = np.arange(400)
    expected = smooth(steps + 1.0, 2.3 * 0.99**steps + 0.2 * (steps % 2), 20)[0]
    assert float(said[1]) == pytest.approx(expected, rel=1e-3)
    interrupt(lab)


def test_the_legend_hides_a_curve(lab: Lab) -> None:
    live = start(lab, LOOP.format(steps=10**6).replace("accuracy=", "val_loss=2 + "))
    colours = "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
    colours += " for (let i = 0; i < d.length; i += 4) n += d[i] > 180 && d[i + 2] < 60; return n; }"
    canvas = live.locator("[data-panel=loss] canvas")
    assert canvas.evaluate(colours) > 50
    live.get_by_role("button", name="validation").click()
    lab.page.wait_for_timeout(300)
    assert canvas.evaluate(colours) == 0
    interrupt(lab)


def test_stop_button_responds_at_once_and_ends_after_the_step(lab: Lab) -> None:
    live = start(lab, ENDLESS.replace("time.sleep(0.005)", "time.sleep(0.005 if step < 150 else 4)"))
    expect(live.locator(".cs-status")).to_contain_text(re.compile(r"step 15\d"))
    live.get_by_role("button", name="Stop").click()
    expect(live.locator(".cs-status")).to_contain_text("stopping", timeout=1000)
    lab.page.wait_for_timeout(2200)
    expect(live.locator(".cs-stop")).to_have_text("Stopping")
    lab.wait_until_done(10)
    assert "went on after" in lab.output(1)
    assert "(stopped)" in lab.output(1)


@pytest.mark.parametrize("front_end", ["lab/tree", pytest.param("notebooks", marks=pytest.mark.audit)])
def test_early_stop_click_arrives_once_the_subshell_exists(lab: Lab, front_end: str) -> None:
    live = start(lab, ENDLESS, front_end=front_end)
    lab.page.evaluate(f"() => {{ {KERNEL}.commsOverSubshells = 'disabled'; }}")
    stop = live.locator(".cs-stop")
    stop.click()
    expect(stop).to_have_text("No response", timeout=4000)
    lab.page.evaluate(f"() => {{ {KERNEL}.commsOverSubshells = 'perCommTarget'; }}")
    lab.wait_until_done(10)
    assert "(stopped)" in lab.output(1)


@pytest.mark.audit
def test_unreceived_stop_click_explains_what_to_press(lab: Lab) -> None:
    live = start(lab, ENDLESS)
    status, stop = live.locator(".cs-status"), live.locator(".cs-stop")
    # As in front ends that send a widget's messages to the shell that is busy.
    lab.page.evaluate(f"() => {{ {KERNEL}.commsOverSubshells = 'disabled'; }}")
    stop.click()
    expect(stop).to_have_text("Stopping")
    expect(status).to_contain_text("Python did not receive the click. Press ■", timeout=4000)
    expect(live.locator("[role=status]")).to_contain_text("Press ■")
    expect(stop).to_have_text("No response")
    lab.page.wait_for_timeout(1200)
    expect(status).to_contain_text("Press ■")  # and no later number takes its place
    lab.screenshot("dashboard-not-heard", live)
    interrupt(lab)
    assert "(interrupted)" in lab.output(1)


def test_the_stop_button_makes_the_trainer_return(lab: Lab) -> None:
    live = start(lab, TRAINER)
    live.get_by_role("button", name="Stop").click()
    lab.wait_until_done(10)
    assert "stopped on request after step" in lab.output(1)


def test_an_interrupt_leaves_the_picture_and_the_history(lab: Lab) -> None:
    start(lab, TRAINER)
    interrupt(lab)
    assert "interrupted" in lab.output(1)
    assert lab.cell(1).locator("figure img").count() == 1


@pytest.mark.audit
def test_the_picture_is_what_a_saved_notebook_shows(lab: Lab) -> None:
    start(lab, LOOP.format(steps=500))
    lab.wait_until_done()
    lab.save()
    saved = (lab.root / "live.ipynb").read_text()
    (output, _) = json.loads(saved)["cells"][1]["outputs"]
    assert output["output_type"] == "display_data"
    assert set(output["data"]) == {"text/plain", "text/html"}
    assert len(json.dumps(output)) <= 40_000
    assert "widget-view" not in saved
    lab.open("live.ipynb")
    picture = lab.cell(1).locator("figure img")
    expect(picture).to_be_visible()
    assert (picture.get_attribute("alt") or "").startswith("500 steps, training loss from 2.3 to ")


def test_every_control_is_reached_by_tab_and_has_a_name(lab: Lab) -> None:
    live = start(lab, ENDLESS)
    live.get_by_role("button", name="Stop").focus()
    reached = ["Stop"]
    for _ in range(9):
        lab.page.keyboard.press("Tab")
        name = lab.page.evaluate(
            "() => { const e = document.activeElement;"
            " const label = e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText;"
            " return e.closest('.cs-live') && label; }"
        )
        reached.append(name or "")
    wanted = ["Stop", "training", "Smoothing", "Log scale", "Loss", "Accuracy", "Diagnosis"]
    assert [name for name in wanted if not any(text.strip().startswith(name) for text in reached)] == []
    interrupt(lab)


def test_zoom_by_keys(lab: Lab) -> None:
    live = start(lab, ENDLESS)
    canvas = live.locator("[data-panel=loss] canvas")
    canvas.press("+")
    expect(live.get_by_role("button", name="Reset zoom")).to_be_enabled()
    canvas.press("0")
    expect(live.get_by_role("button", name="Reset zoom")).to_be_disabled()
    interrupt(lab)


@pytest.mark.audit
def test_page_reloaded_during_a_run_shows_the_whole_run(lab: Lab) -> None:
    start(lab, LOOP.format(steps=1200))
    lab.save()
    lab.page.reload()
    # JupyterLab shows no widget while the kernel of a page loaded anew is busy; once the cell has ended it does.
    live = lab.page.locator(".cs-live")
    expect(live.locator(".cs-status")).to_contain_text("finished", timeout=60_000)
    assert step_of(live) == 1200
    label = live.locator("[data-panel=loss] canvas").get_attribute("aria-label") or ""
    assert re.search("training from 2.3 to .* at step 1,200", label)


@pytest.mark.audit
def test_light_and_dark_use_the_same_colours_as_the_picture(lab: Lab) -> None:
    live = start(lab, ENDLESS)
    for theme, paper in (("light", (0.9, 1.0)), ("dark", (0.0, 0.2))):
        lab.theme(theme)
        lab.page.wait_for_timeout(700)
        picture = imread(lab.screenshot(f"dashboard-{theme}", live))[..., :3]
        assert paper[0] <= np.median(picture) <= paper[1]
        assert blue(picture) > 100
    lab.theme("light")
    interrupt(lab)
    assert blue(imread(lab.screenshot("dashboard-picture", lab.cell(1).locator("img")))[..., :3]) > 100


def blue(picture: np.ndarray) -> int:
    """How many pixels have the first curve's colour."""
    return int((np.abs(picture - np.array([0x00, 0x72, 0xB2]) / 255).max(axis=-1) < 0.03).sum())


@pytest.mark.parametrize("scale", [2])
def test_at_200_per_cent_nothing_is_cut_off(lab: Lab, scale: int) -> None:
    lab.page.set_viewport_size({"width": 1280 // scale, "height": 900})
    live = start(lab, ENDLESS)
    wide = live.evaluate("e => e.scrollWidth - e.clientWidth")
    lab.screenshot("dashboard-narrow")
    assert wide <= 1
    interrupt(lab)
