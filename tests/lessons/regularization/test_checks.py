"""What lesson 07's checks say of answers that deserve a word of their own."""

import numpy as np
import pytest

from cs231n_lib.lessons.regularization import checks as regularization

# Answers that are wrong in a way which no mistake has: a row that fails alike must not give them another one's name.
UNKNOWN = {
    "l2": lambda w, strength: (0.5 * strength * np.sum(w**2) + 1, 3 * strength * w),
    "l1": lambda w, strength: (strength * np.sum(np.abs(w)) + 1, 3 * strength * np.sign(w)),
    "elastic_net": lambda w, strength, l1_ratio: (0.0, strength * w),
    "proximal_step": lambda w, dw, lr, strength: 0.9 * (w - lr * dw),
    "l2_on_weights": lambda names, parameters, gradients, strength: (1.0, [3 * dp for dp in gradients]),
    "vanilla_dropout": lambda x, drop_prob, rng: (x * (rng.random(x.shape) < 0.9), 3 * x),
    "inverted_dropout": lambda x, dout, drop_prob, rng: (x * (rng.random(x.shape) < 0.9), 3 * dout),
    "moments_over_masks": lambda x, w, drop_prob, scale: (3 * x @ w, 1.0),
    "max_norm": lambda w, limit: 3 * w,
    "early_stopping": lambda losses, patience: (2, 1),
}


@pytest.mark.audit
@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_wrong_answer_gets_no_named_mistake(name):
    for seed in map(str, range(20)):
        result = getattr(regularization, name)(UNKNOWN[name], seed=seed)
        assert result.points < result.out_of
        assert not result.mistakes, f"seed {seed}\n{result.text()}"


def gradient_where_the_output_is_not_zero(x, dout, drop_prob, rng):
    out = x * (rng.random(x.shape) >= drop_prob) / (1 - drop_prob)
    return out, dout * (out != 0) / (1 - drop_prob)


def penalty_by_a_whole_half(w, strength):
    return 1 // 2 * strength * np.sum(w**2), strength * w


def clipped_to_the_threshold(w, dw, lr, strength):
    return np.clip(w - lr * dw, -lr * strength, lr * strength)


def first_generator_twice(x, dout, drop_prob, rng):
    return x * (rng.binomial(1, 1 - drop_prob, x.shape) / (1 - drop_prob)), dout * 1.0


@pytest.mark.parametrize(
    ("name", "answer", "mistakes"),
    [
        ("inverted_dropout", gradient_where_the_output_is_not_zero, ["mask read off the output"]),
        ("inverted_dropout", first_generator_twice, ["gradient passes unhindered"]),
        ("l2", penalty_by_a_whole_half, ["no penalty"]),
        # As far from the slope as a gradient twice too large, and another mistake.
        ("l2", lambda w, strength: (0.5 * strength * np.sum(w**2), 0 * w), ["no gradient"]),
        ("proximal_step", clipped_to_the_threshold, ["clipped"]),
        ("vanilla_dropout", lambda x, drop_prob, rng: (0 * x, (1 - drop_prob) * x), []),
        ("max_norm", lambda w, limit: w.copy(), []),
        ("early_stopping", lambda losses, patience: (int(np.argmin(losses)), 1), []),
    ],
)
def test_each_answer_gets_only_its_own_mistakes(name, answer, mistakes):
    assert [mistake for mistake, _ in getattr(regularization, name)(answer).mistakes] == mistakes
