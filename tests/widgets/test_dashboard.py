"""The live dashboard without a browser: what it keeps, what it sends, and what it leaves."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import SGD, Adam, Optimizer
from cs231n_lib.training import Callback, Trainer
from cs231n_lib.widgets import LiveDashboard, screen
from cs231n_lib.widgets.curves import CAPACITY, MetricCurve, panel_and_data
from cs231n_lib.widgets.picture import Picture
from cs231n_lib.widgets.training_picture import draw, smooth


class Page:
    """Stands for the browser: takes in messages as `dashboard.js` says, and shows what was displayed."""

    def __init__(self) -> None:
        self.shown: list[Any] = []
        self.curves: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}
        self.bytes = 0
        self.lose: Callable[[int], bool] = lambda message: False
        self.messages = 0

    def display(self, content: Any, **options: Any) -> "Page":
        self.shown.append(content)
        return self

    def update(self, content: Any, **options: Any) -> None:
        self.shown[-1] = content

    def receive(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.messages += 1
        self.bytes += len(json.dumps(content)) + len(buffers[0])
        if self.lose(self.messages):
            return
        numbers = np.frombuffer(buffers[0], "<f4")
        for run, metric, _, _, start, count in content["curves"]:
            x, y, numbers = numbers[:count], numbers[count : 2 * count], numbers[2 * count :]
            old_x, old_y = self.curves.get((run, metric), (x[:0], y[:0]))
            if start <= len(old_x):
                self.curves[run, metric] = np.append(old_x[:start], x), np.append(old_y[:start], y)
        assert numbers.size == 0


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    """A notebook page that shows widgets."""
    page = Page()
    monkeypatch.setattr(screen, "has_live_front_end", lambda: True)
    monkeypatch.setattr(screen, "display", page.display)
    monkeypatch.setattr(screen.WidgetScreen, "send", lambda widget, content, buffers: page.receive(content, buffers))
    return page


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by 3.3 ms each time it is looked at."""
    now = iter(range(10**9))
    for module in ("live_plot", "live_run"):
        monkeypatch.setattr(f"cs231n_lib.widgets.{module}.perf_counter", lambda: next(now) / 300)


def fit(
    *callbacks: Any, optimizer: Optimizer | None = None, epochs: int = 3, sizes: tuple[int, ...] = (8, 16, 2)
) -> Any:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 8)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] > 0).astype(int)
    network = MLP(sizes, rng=rng)
    trainer = Trainer(network, optimizer or Adam(lr=0.01), batch_size=20, rng=rng, progress=False)
    return trainer.fit((x[:200], y[:200]), (x[200:], y[200:]), epochs=epochs, callbacks=callbacks)


def test_widget_metadata_reaches_the_front_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Colab anywidget says there where its widget manager is."""
    told = {"application/vnd.jupyter.widget-view+json": {"colab": {"custom_widget_manager": {"url": "…"}}}}
    passed: dict[str, Any] = {}
    monkeypatch.setattr("anywidget._util.get_repr_metadata", lambda: told)
    monkeypatch.setattr(screen, "display", lambda content, **options: passed.update(options, content=content))
    screen.WidgetScreen([])
    assert passed["metadata"] == told
    assert passed["content"]["text/plain"] == "Training curves"
    assert "model_id" in passed["content"]["application/vnd.jupyter.widget-view+json"]


# What is kept


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("loss", ("loss", "training")),
        ("val_loss", ("loss", "validation")),
        ("train_accuracy", ("accuracy", "training")),
        ("validation_accuracy", ("accuracy", "validation")),
        ("lr", ("learning_rate", "training")),
        ("gradient_norm", ("gradient_norm", "training")),
        ("val", ("val", "validation")),
    ],
)
def test_metric_name_selects_panel_and_data(metric: str, expected: tuple[str, str]) -> None:
    assert panel_and_data(metric) == expected


@given(st.integers(1, 6 * CAPACITY))
def test_long_curve_is_thinned_and_keeps_its_mean(length: int) -> None:
    curve = MetricCurve("", "loss")
    for step in range(1, length + 1):
        curve.add(step, step)
    taken_in = len(curve.y) * curve.stride
    assert len(curve.y) < CAPACITY
    assert length - taken_in < curve.stride
    assert curve.last == length
    assert np.mean(curve.y) == pytest.approx((taken_in + 1) / 2)
    assert np.all(np.diff(curve.x) == curve.stride)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=50), st.floats(0.5, 100))
def test_smoothing_is_symmetric_and_bounded(values: list[float], window: float) -> None:
    y, x = np.array(values), np.arange(len(values), dtype=float)
    smoothed = smooth(x, y, window)
    assert smooth(x, y[::-1], window)[::-1] == pytest.approx(smoothed)
    assert np.all((smoothed >= y.min() - 1e-9) & (smoothed <= y.max() + 1e-9))


def test_smoothing_leaves_a_gap_at_non_finite_values() -> None:
    smoothed = smooth(np.arange(3.0), np.array([1.0, np.nan, 1.0]), 10)
    assert smoothed == pytest.approx([1, np.nan, 1], nan_ok=True)


def test_repeated_metric_starts_a_new_step(page: Page) -> None:
    with LiveDashboard() as live:
        for _ in range(3):
            live.log(loss=1.0)
            live.log(loss=2.0)
            live.log(accuracy=0.5)
        live.log(loss=0.5, step=100)
        run = live.run("other")
        run.log(accuracy=1)
    assert list(live._plot.curves[0].x) == [1, 2, 3, 4, 5, 6, 100]
    assert list(live._plot.curves[1].x) == [2, 4, 6]


def test_non_numeric_metric_is_refused_by_name(page: Page) -> None:
    with LiveDashboard() as live, pytest.raises(TypeError, match="log: loss is str 'high'"):
        live.log(loss="high")  # type: ignore[arg-type]


# What is sent


def test_all_points_arrive(page: Page, clock: None) -> None:
    values = np.random.default_rng(0).random(3000).astype(np.float32)
    with LiveDashboard() as live:
        for value in values:
            live.log(loss=value, accuracy=1 - value)
        live._plot.flush(live._plot.runs[0])
    steps, loss = page.curves["", "loss"]
    assert np.array_equal(loss, values)
    assert np.array_equal(steps, np.arange(1, 3001))
    assert np.array_equal(page.curves["", "accuracy"][1], 1 - values)


@pytest.mark.parametrize("page_can_ask", [True, False])
def test_lost_message_is_repaired(page: Page, clock: None, page_can_ask: bool) -> None:
    page.lose = lambda message: message in (1, 30, 31)
    with LiveDashboard() as live:
        for step in range(1, 601):
            live.log(loss=step)
            if page_can_ask and step == 330:
                live._plot.screen._on_message(live._plot.screen, {"kind": "behind"}, [])  # type: ignore[union-attr]
            if step == 350:
                soon = len(page.curves["", "loss"][1])
        arrived = page.curves["", "loss"][1]
    assert np.array_equal(arrived, np.arange(1, len(arrived) + 1))
    assert len(arrived) > 550
    assert (soon > 330) == page_can_ask


def test_thinned_curve_arrives_unchanged(page: Page, clock: None) -> None:
    with LiveDashboard() as live:
        for step in range(3 * CAPACITY):
            live.log(loss=step)
        live._plot.flush(live._plot.runs[0])
        curve = live._plot.curves[0]
        assert curve.stride > 1
    assert np.array_equal(page.curves["", "loss"][1], curve.y)


def test_two_thousand_steps_send_few_bytes(page: Page, clock: None) -> None:
    with LiveDashboard() as live:
        for step in range(2000):
            live.log(loss=1 / (step + 1), learning_rate=0.1)
    assert 150 < page.messages < 250
    assert page.bytes <= 150_000


def test_reloaded_page_gets_all_points(page: Page) -> None:
    with LiveDashboard() as live:
        for step in range(10):
            live.log(loss=step)
        state = live._plot.screen.get_state()  # type: ignore[union-attr]
    (head,) = state["snapshot"]["curves"]
    points = np.frombuffer(state["snapshot"]["points"], "<f4")
    assert head == ["", "loss", "loss", "training", 0, 10]
    assert np.array_equal(points, [*range(1, 11), *range(10)])


def test_values_logged_before_opening_are_shown(page: Page) -> None:
    live = LiveDashboard()
    live.log(loss=3.0)
    with live:
        live.log(loss=2.0)
    assert "from 3 to 2" in repr(page.shown[-1])


def test_two_dashboards_are_independent(page: Page) -> None:
    with LiveDashboard() as one, LiveDashboard() as other:
        one.log(loss=1.0)
        other.log(loss=2.0)
    assert [list(live._plot.curves[0].y) for live in (one, other)] == [[1.0], [2.0]]


# What is left


def test_figure_replaces_the_widget(page: Page) -> None:
    with LiveDashboard() as live:
        live.log(loss=1.0)
        assert "application/vnd.jupyter.widget-view+json" in page.shown[-1]
    (picture,) = page.shown
    assert isinstance(picture, Picture)


def test_saved_run_takes_at_most_40_kb(page: Page) -> None:
    fit(LiveDashboard(), epochs=200)
    bundle = page.shown[-1]._repr_mimebundle_()[0]
    assert len(json.dumps(bundle)) <= 40_000
    assert 'alt="' in bundle["text/html"]


def test_equal_runs_leave_equal_text(page: Page) -> None:
    fit(LiveDashboard())
    fit(LiveDashboard())
    first, second = map(repr, page.shown)
    assert first == second
    assert first.startswith("30 steps, training loss from ")


@pytest.mark.parametrize(("losses", "words"), [([9] * 95 + [0, 0, 0, 0, 6], "9 to 1.2"), ([9, 0, 6], "9 to 6")])
def test_summary_averages_the_final_training_loss(page: Page, losses: list[float], words: str) -> None:
    with LiveDashboard() as live:
        for loss in losses:
            live.log(loss=loss)
    assert repr(page.shown[-1]).startswith(f"{len(losses)} steps, training loss from {words}.")


def test_several_runs_share_a_plot(page: Page) -> None:
    with LiveDashboard() as live:
        for name, rule in {"slow": SGD(lr=0.01), "fast": Adam(lr=0.01)}.items():
            fit(live.run(name), optimizer=rule)
        with pytest.raises(ValueError, match="already has a run 'slow'"):
            live.run("slow")
    assert repr(page.shown[-1]).startswith("Slow: training loss ")
    assert "fast: training loss " in repr(page.shown[-1])


def test_legend_of_several_runs_is_drawn_once() -> None:
    def curves(*logged: tuple[str, str]) -> list[MetricCurve]:
        made = [MetricCurve(run, metric) for run, metric in logged]
        for curve in made:
            curve.add(1, 0.5)
        return made

    def legends(*logged: tuple[str, str]) -> list[list[str]]:
        axes = draw(curves(*logged), log_loss=False, smoothing=0).axes
        return [[text.get_text() for text in ax.get_legend().get_texts()] if ax.get_legend() else [] for ax in axes]

    both = [("slow", "loss"), ("fast", "loss"), ("slow", "accuracy"), ("fast", "accuracy")]
    assert legends(*both) == [["slow", "fast"], []]
    assert legends(*both[:3]) == [["slow", "fast"], ["slow"]]
    assert legends(("", "loss"), ("", "val_loss"), ("", "accuracy"), ("", "val_accuracy")) == [
        ["training", "validation"],
        ["training", "validation"],
    ]


def test_dashboard_is_reusable(page: Page) -> None:
    live = LiveDashboard()
    fit(live)
    fit(live)
    assert len(page.shown) == 2
    assert repr(page.shown[0]) == repr(page.shown[1])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_summary_reports_first_non_finite_step(page: Page, value: float) -> None:
    with LiveDashboard() as live:
        for loss in (1.0, value, value):
            live.log(loss=loss)
    assert "not finite from step 2" in repr(page.shown[-1])
    assert "Rate too high" in repr(page.shown[-1])


def test_diverged_step_is_in_the_figure(page: Page) -> None:
    history = fit(LiveDashboard(), optimizer=SGD(lr=1e6))
    assert history.stopped.startswith("diverged at step")
    assert f"{len(history.loss)} steps" in repr(page.shown[-1])


# How it ends


def test_error_in_block_is_raised_and_figure_stays(page: Page) -> None:
    def loop() -> None:
        with LiveDashboard() as live:
            live.log(loss=1 / 1)
            live.log(loss=1 / 0)

    with pytest.raises(ZeroDivisionError):
        loop()
    assert repr(page.shown[-1]) == "1 steps, training loss from 1 to 1 (ZeroDivisionError)."


def test_callback_error_still_leaves_the_figure(page: Page) -> None:
    class Breaks(Callback):
        def on_step(self, run: Any) -> None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fit(LiveDashboard(), Breaks())
    assert "(ZeroDivisionError)" in repr(page.shown[-1])


def test_interrupt_ends_only_the_block(page: Page) -> None:
    with LiveDashboard() as live:
        live.log(loss=1.0)
        raise KeyboardInterrupt
    assert "(interrupted)" in repr(page.shown[-1])


def test_stop_ends_any_loop(page: Page) -> None:
    steps = 0
    with LiveDashboard() as live:
        while True:
            steps += 1
            live.log(loss=1.0)
            if steps == 5:
                live._plot.screen.stop = True  # type: ignore[union-attr]
    assert steps == 6
    assert live.stopped
    assert "(stopped)" in repr(page.shown[-1])


def test_stop_makes_fit_return_its_history(page: Page) -> None:
    class Presses(Callback):
        def on_step(self, run: Any) -> None:
            if run.step == 5:
                live._plot.screen.stop = True  # type: ignore[union-attr]

    live = LiveDashboard()
    history = fit(live, Presses())
    assert len(history.loss) == 6
    assert history.stopped.startswith("stopped on request")


@pytest.mark.parametrize(("sizes", "shown"), [((8, 16, 2), True), ((8, 2), False)])
def test_dead_units_panel_needs_hidden_units(page: Page, sizes: tuple[int, ...], shown: bool) -> None:
    live = LiveDashboard()
    fit(live, sizes=sizes)
    plot = live._plot
    assert ("dead_fraction" in plot.panels) == shown
    assert ("dead_fraction" in {curve.metric for curve in plot.curves}) == shown
    assert "update_ratio" in plot.panels


# Where nobody sees widgets


def test_static_output_is_only_the_figure(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    fit(LiveDashboard())
    monkeypatch.setattr(screen, "has_live_front_end", lambda: False)
    fit(LiveDashboard())
    live, still = page.shown
    assert still._repr_mimebundle_() == live._repr_mimebundle_()


def test_terminal_shows_progress_line_then_caption(capsys: pytest.CaptureFixture[str]) -> None:
    with LiveDashboard() as live:
        live.log(loss=2.0)
    assert capsys.readouterr().out == "1 steps, training loss from 2 to 2.\n"


def test_importing_widgets_loads_no_plotting_library() -> None:
    code = "import sys, cs231n_lib.widgets; print({'matplotlib', 'ipywidgets', 'IPython'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def test_importing_the_dashboard_loads_no_matplotlib() -> None:
    code = "import sys; from cs231n_lib import LiveDashboard; print({'matplotlib', 'PIL'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


@pytest.mark.parametrize(("total", "steps"), [(0, 20), (50, 2), (1_000, 10), (500_000, 200)])
def test_default_smoothing_depends_on_run_length(total, steps):
    live = LiveDashboard()
    live._plot.open(["loss"], total=total)
    assert live._plot.screen.smoothing == steps
    live._plot.close("")


def test_empty_block_ends_without_hiding_errors(capsys):
    with LiveDashboard():
        pass
    assert "before anything was logged" in capsys.readouterr().out
    with pytest.raises(KeyError), LiveDashboard():
        raise KeyError
