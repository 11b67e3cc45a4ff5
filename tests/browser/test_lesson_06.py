"""Lesson 06 in a real JupyterLab: three mistakes that students make are named, and batch norm repairs a bad start."""

import pytest
from browser.lab import Lab

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSON = "06_initialization/06_initialization.ipynb"

ROOT_OF_TWO_ONLY = """def scaled_weights(fan_in, fan_out, rng):
    shape = (fan_in, fan_out)
    glorot = np.sqrt(2) / (fan_in + fan_out)
    return {
        "scaled": rng.normal(0, 1 / np.sqrt(fan_in), shape),
        "glorot": rng.normal(0, glorot, shape),
        "he": rng.normal(0, np.sqrt(2 / fan_in), shape),
    }"""
AS_IN_TRAINING = """def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return gamma * x_hat + beta"""
NO_VARIANCE_PATH = """def batchnorm_backward(dout, cache):
    x_hat, scale = cache
    dx = scale * (dout - dout.mean(axis=0))
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)"""


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        ("scaled_weights", ROOT_OF_TWO_ONLY, "you take only the root of the 2 in glorot"),
        ("batchnorm_inference", AS_IN_TRAINING, "you use the mean and variance of the batch, as in training"),
        ("batchnorm_backward", NO_VARIANCE_PATH, "the path through the variance adds nothing to your dx"),
    ],
)
def test_a_known_mistake_is_named(lesson: Lab, exercise: str, answer: str, said: str) -> None:
    assert said in lesson.answer(exercise, answer)
    lesson.screenshot(f"lesson-06-{exercise}", lesson.outputs(f"check_{exercise}"))


def test_batch_norm_repairs_small_weights_in_the_live_plot(lesson: Lab) -> None:
    cell = lesson.find("experiments.train(")
    said = lesson.run(cell, timeout=120)
    assert "small: accuracy 10%" in said
    assert "small + batch norm: accuracy 93%" in said
    assert "zero + batch norm: accuracy 10%" in said
    lesson.theme("dark")
    lesson.screenshot("lesson-06-batch-norm-dark", lesson.cell(cell))
    assert lesson.errors == []
