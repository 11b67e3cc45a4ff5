"""What lesson 03's checks say of answers that deserve a word of their own."""

import contextlib

import numpy as np

from cs231n_lib.lessons.activations import checks as activations
from cs231n_lib.lessons.activations.checks import squashing


def test_overflow_is_found_without_flags_of_the_processor(monkeypatch):
    def overflows(x):
        e = np.exp(np.abs(x))
        out = np.where(x >= 0, e, 1) / (1 + e)
        return out, out

    def has_a_pole(x):
        out = np.where(x >= 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))
        return out + 0 / np.log(0 * x), out

    monkeypatch.setattr(squashing.np, "errstate", lambda **_: contextlib.nullcontext())
    rows = {answer: activations.sigmoid_forward(answer).rows[-1] for answer in (overflows, has_a_pole)}
    assert [row.passed for row in rows.values()] == [False, True]


def test_an_overflow_is_seen_whatever_the_formula():
    def both_branches(x):
        with np.errstate(invalid="ignore"):
            out = np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))
        return out, out

    result = activations.sigmoid_forward(both_branches)
    assert 0 < result.points < activations.sigmoid_forward.points
    assert "overflows" in result.text()
