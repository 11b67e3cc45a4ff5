"""The pictures of lesson 08: each is made, small enough to keep, and says in words what the numbers say."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from cs231n_lib.course import mine
from cs231n_lib.lessons.update_rules import pictures
from cs231n_lib.lessons.update_rules.experiments.training import RATES
from cs231n_lib.widgets.style import PAPER

pytestmark = pytest.mark.slow

RULES = ("SGD", "momentum", "Nesterov", "Newton", "L-BFGS", "Adagrad", "RMSProp", "Adam")


@pytest.fixture(autouse=True)
def one_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each run one, since these tests look at what is drawn of it."""
    monkeypatch.setattr(pictures.training, "SEEDS", [0])


def test_ravine_says_when_each_line_stays_below_a_thousandth(figures: list[Figure]) -> None:
    caption = pictures.ravine(*RULES, use=mine).caption
    curves = dict(zip(RULES, figures[0].axes[1].get_lines(), strict=True))
    found = re.findall(r"from step (\d+) with ([A-Za-z-]+)(?: \(first reached at step (\d+)\))?", caption)
    for step, rule, first in found:
        heights = np.asarray(curves[rule].get_ydata())
        low = heights < 1e-3 * heights[0]
        assert low[int(step) :].all()
        assert not low[int(step) - 1]
        assert np.flatnonzero(low)[0] == int(first or step)
    assert "Adagrad does not reach it in 100 steps." in caption
    assert "from step 63 with momentum (first reached at step 40)" in caption
    assert len(found) == len(RULES) - 1


def test_coinciding_rules_both_lie_above_all_outlines(figures: list[Figure]) -> None:
    pictures.ravine("Adagrad", "RMSProp", use=mine)
    colours = [to_hex(line.get_color()) for line in figures[0].axes[0].get_lines()]
    assert colours[:2] == [to_hex(PAPER)] * 2
    assert to_hex(PAPER) not in colours[2:]
    ends = [line.get_color() for line in figures[0].axes[0].get_lines() if line.get_marker() == "*"]
    assert ends == [line.get_color() for line in figures[0].axes[1].get_lines()]


def test_both_halves_of_the_weights_rates_have_one_scale(figures: list[Figure]) -> None:
    pictures.weight_rates()
    left, right = figures[0].axes
    assert left.get_ylim() == right.get_ylim()
    drawn = np.concatenate([np.asarray(line.get_ydata()) for ax in (left, right) for line in ax.get_lines()])
    assert left.get_ylim()[0] < drawn.min()
    assert drawn.max() < left.get_ylim()[1]


def test_each_rule_has_one_colour_in_all_ravines(figures: list[Figure]) -> None:
    pictures.ravine("Adagrad", "RMSProp", use=mine)
    pictures.ravine("RMSProp", "Adam", use=mine)
    colours = [{line.get_label().split(",")[0]: line.get_color() for line in f.axes[1].get_lines()} for f in figures]
    assert colours[0]["RMSProp"] == colours[1]["RMSProp"] != colours[1]["Adam"]


def test_the_caption_of_the_cliff_is_where_the_last_step_led() -> None:
    adagrad, rms = re.findall(r"w = (\d+(?:\.\d+)?)", pictures.stall(use=mine).caption)
    assert float(adagrad) < 0.1
    assert float(rms) > 20


def test_the_caption_of_the_final_picture_counts_points() -> None:
    results = {
        rule: [SimpleNamespace(train_loss=0.3, accuracy=0.8 + k / 100 + by) for by in (-0.01, 0.01)]
        for k, rule in enumerate(RATES)
    }
    caption = pictures.six_rules(results).caption
    assert re.findall(r"\d+\.\d", caption) == ["5.0", "1.4"]


def test_bias_correction_caption_gives_first_and_longest_step() -> None:
    assert re.findall(r"\d+\.\d", pictures.notes_adam(use=mine).caption) == ["3.2", "6.6"]


def test_momentum_is_shown_with_its_mu(figures: list[Figure]) -> None:
    pictures.ravine("momentum", "Adam", "Newton", use=mine)
    names = [text.get_text() for text in figures[0].axes[1].get_legend().get_texts()]
    assert names == ["momentum, lr 0.1, μ 0.9", "Adam, lr 0.1", "Newton"]


def test_newtons_arrows_on_the_ravine_all_end_at_the_minimum(figures: list[Figure]) -> None:
    pictures.newton(use=mine)
    ends = [text.xy for text in figures[0].axes[0].texts]
    assert len(ends) == 4
    np.testing.assert_allclose(ends, 0, atol=1e-12)


def test_look_ahead_overshoots_the_valley_floor_less(figures: list[Figure]) -> None:
    pictures.look_ahead()
    momentum, nesterov = (ax.texts[-1].xy[1] for ax in figures[0].axes)
    assert momentum < nesterov < 0
