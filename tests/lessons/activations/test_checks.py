"""What lesson 03's checks say of answers that deserve a word of their own."""

import numpy as np

from cs231n_lib.lessons.activations import checks as activations


def test_an_overflow_is_seen_whatever_the_formula():
    def both_branches(x):
        with np.errstate(invalid="ignore"):
            out = np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))
        return out, out

    result = activations.sigmoid_forward(both_branches)
    assert 0 < result.points < activations.sigmoid_forward.points
    assert "overflows" in result.text()
