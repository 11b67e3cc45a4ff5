"""Questions of the review are enough for each lesson, make sense alone, and have right numbers."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from cs231n_lib.course.plan import LESSONS, Lesson
from cs231n_lib.course.student.review import questions
from cs231n_lib.course.student.review.questions import ReviewQuestion, left_out, questions_of
from cs231n_lib.datasets.folds import k_folds
from cs231n_lib.functions import (
    activations,
    batches,
    layers,
    losses,
    optimizers,
    preprocessing,
    regularizers,
    schedules,
)
from cs231n_lib.functions.gradients import numerical_gradient_centered, relative_error
from cs231n_lib.network import MLP
from cs231n_lib.search import LogUniform
from cs231n_lib.widgets.prediction import Prediction
from cs231n_lib.widgets.warm_up import MultipleChoice, Number

EVERY = [question for lesson in LESSONS for question in questions_of(lesson)]
FURTHER = [one for one in EVERY if not re.search(r"\.(warm_up|predict)_", one.key)]
POINTING = re.compile(
    r"\b(the function above|shown (above|below)|you have just|this lesson|next lesson|the figure|the table|the plot|"
    r"the next cell|the slider|you wrote)\b|^(Now|Finally)\b"
)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_each_lesson_has_twelve_questions(lesson: Lesson) -> None:
    assert len(questions_of(lesson)) >= 12


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_left_out_questions_exist(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    names = left_out(lesson)
    monkeypatch.setattr(questions, "left_out", lambda lesson: ())
    assert {f"{lesson.slug}.{name}" for name in names} <= {one.key for one in questions_of(lesson)}


@pytest.mark.parametrize("question", EVERY, ids=lambda one: one.key)
def test_question_does_not_point_to_its_lesson(question: ReviewQuestion) -> None:
    ask = question.ask
    wrong = [] if isinstance(ask, Prediction) else map(str, ask.wrong.values())
    texts = (ask.question, ask.because, *question.options.values(), *wrong)
    assert [text for text in texts if POINTING.search(text)] == []


@pytest.mark.parametrize("question", FURTHER, ids=lambda one: one.key)
def test_further_questions_explain_wrong_answers(question: ReviewQuestion) -> None:
    ask = question.ask
    assert isinstance(ask, MultipleChoice | Number)
    assert len(ask.wrong) >= 2
    for given, reason in ask.wrong.items():
        judgement = question.judge(str(given))
        assert judgement
        assert (judgement.right, judgement.reply) == (False, reason)


def last_step(rule: Callable[..., tuple[np.ndarray, np.ndarray]], steps: int, dw: float) -> tuple[float, float]:
    """Weight after some steps of a constant gradient, and the quotient of the last and the first step."""
    w, state, places = np.zeros(1), np.zeros(1), [0.0]
    for _ in range(steps):
        w, state = rule(w, np.full(1, dw), state, lr=0.1)
        places.append(float(w[0]))
    moved = np.diff(places)
    return places[-1], float(moved[-1] / moved[0])


def normalised_six() -> float:
    zero, one = np.zeros(1), np.ones(1)
    return float(layers.batchnorm_forward(np.array([[2.0], [6.0]]), one, zero, zero, one, eps=1e-12)[0][1, 0])


def running_mean() -> float:
    zero, one = np.zeros(1), np.ones(1)
    return float(layers.batchnorm_forward(np.array([[6.0], [8.0]]), one, zero, np.full(1, 2.0), one)[2][0])


def kept_activation() -> float:
    out, _ = layers.inverted_dropout_forward(np.full(20, 4.0), 0.2, np.random.default_rng(0))
    return float(out.max())


def not_divided() -> float:
    right = losses.softmax_cross_entropy(np.zeros((10, 3)), np.zeros(10, int))[1]
    return float(relative_error(10 * right, right)[0, 0])


def corrected_mean() -> float:
    _, m, *_ = optimizers.adam(np.zeros(1), np.full(1, 5.0), np.zeros(1), np.zeros(1), 0, beta1=0.9)
    return float(m[0] / (1 - 0.9))


AFFINE = layers.affine_forward(np.ones((1, 20)), np.ones((20, 60)), np.ones(60))[1]
NUMBERS = {
    "optimization.one_step": optimizers.sgd(np.ones(2), np.array([4.0, -2.0]), 0.1)[0],
    "optimization.halved_step": (
        abs(numerical_gradient_centered(lambda x: float(np.sin(x).sum()), np.ones(1), 2e-2)[0] - np.cos(1))
        / abs(numerical_gradient_centered(lambda x: float(np.sin(x).sum()), np.ones(1), 1e-2)[0] - np.cos(1))
    ),
    "optimization.relative_error": relative_error(np.array([0.002]), np.array([0.001]))[0],
    "optimization.short_batch": len(list(batches.minibatches(1000, 64, np.random.default_rng(0)))),
    "optimization.kink": numerical_gradient_centered(lambda x: float(np.abs(x).sum()), np.array([0.0004]), 1e-3)[0],
    "backpropagation.multiply_gate": 5 * numerical_gradient_centered(lambda x: float(x[0] * -2), np.full(1, 3.0))[0],
    "backpropagation.softmax_gradient": losses.softmax_cross_entropy(np.log([[0.2, 0.5, 0.3]]), np.array([1]))[1][0, 1],
    "backpropagation.not_divided": not_divided(),
    "backpropagation.binary_cross_entropy": losses.binary_cross_entropy(np.log([9.0]), np.array([0]))[0],
    "activations.sigmoid_slope": activations.sigmoid_backward(np.ones(1), np.full(1, 0.9))[0],
    "activations.tanh_slope": activations.tanh_backward(np.ones(1), np.full(1, 0.8))[0],
    "activations.leaky_gradient": activations.leaky_relu_backward(
        np.full(1, 2.0), activations.leaky_relu_forward(np.full(1, -5.0))[1]
    )[0],
    "activations.maxout_parameters": sum(array.size for array in layers.affine_backward(np.ones((1, 60)), AFFINE)[1:]),
    "architecture.parameters": MLP([20, 10, 3], rng=np.random.default_rng(0)).parameters.size,
    "architecture.naming": len(MLP([784, 100, 50, 10], rng=np.random.default_rng(0)).weights),
    "preprocessing.min_max": preprocessing.min_max_transform(
        np.array([[30.0]]), *preprocessing.min_max_fit(np.array([[20.0], [60.0]]))
    )[0, 0],
    "preprocessing.variance_kept": (6 + 3) / (6 + 3 + 1),
    "preprocessing.folds": len(next(k_folds(500, 5, np.random.default_rng(0)))[0]),
    "initialization.normalised": normalised_six(),
    "initialization.running_mean": running_mean(),
    "regularization.kept_activation": kept_activation(),
    "regularization.max_norm": regularizers.max_norm(np.array([[3.0], [4.0]]), 2)[0, 0],
    "regularization.soft_threshold": regularizers.soft_threshold(np.array([-0.2]), 0.3)[0],
    "update_rules.momentum_two_steps": last_step(optimizers.momentum, 2, 1.0)[0],
    "update_rules.step_decay": schedules.step_decay(0.1, 0.1, 20)(45),
    "update_rules.adagrad_steps": last_step(optimizers.adagrad, 4, 3.0)[1],
    "update_rules.bias_correction": corrected_mean(),
    "training.standard_error": 100 * np.std([1] * 900 + [0] * 100) / np.sqrt(1000),
    "training.log_uniform": LogUniform(1e-4, 1).position(1e-3),
}


@pytest.mark.parametrize("question", [one for one in FURTHER if isinstance(one.ask, Number)], ids=lambda one: one.key)
def test_numbers_agree_with_the_library(question: ReviewQuestion) -> None:
    judgement = question.judge(f"{NUMBERS[question.key]:.6g}")
    assert judgement
    assert judgement.right


def test_tanh_is_the_sigmoid_of_twice_x() -> None:
    x = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(2 * activations.sigmoid_forward(2 * x)[0] - 1, np.tanh(x))
    np.testing.assert_allclose(2 * activations.sigmoid_forward(x)[0] - 1, np.tanh(x / 2))


def test_softmax_ignores_a_common_shift() -> None:
    scores = np.array([[1.0, 2.0, 4.0]])
    np.testing.assert_allclose(losses.softmax(scores + 100), losses.softmax(scores))
