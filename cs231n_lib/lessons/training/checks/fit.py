"""Capstone exercise, the student's own network for Fashion-MNIST."""

import os
from functools import cache
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.browser import TRAINING_SLOWNESS
from cs231n_lib.checks import Exercise, Function, Property, Violation
from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits, load_fashion_mnist

from . import references

PEOPLE, ALL_PARTS = 0.835, 0.85
"""Accuracy of people on these data, published with the data set, and of a network with all the parts."""
POINTS_PEOPLE, POINTS_ALL_PARTS = 10, 3
IMPROVE = "Compare your `fit` with the plan and search for better settings"
"""Advice for a student whose accuracy is too low."""
DIGITS = 0.8
ROWS, FEW = 200, 64
ROUNDED = 1e-4
"""Tolerance for equal scores, because sums in float32 depend on the number of rows."""
GRADING = "CS231N_GRADING_SEED"
"""Environment variable that is set while a class is graded. The check then uses the test images."""


@cache
def _digits() -> tuple[FloatArray, NDArray[Any], FloatArray, NDArray[Any]]:
    data = load_digits()
    return data.x_train[:ROWS], data.y_train[:ROWS], data.x_validation[:ROWS], data.y_validation[:ROWS]


def _form(answer: Any, x: FloatArray, y: NDArray[Any], new: FloatArray, *_: Any, **__: Any) -> Any:
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Violation(
            "the answer is not a pair. Return the scores and the first layer's weights, `return scores, w1`"
        )
    scores, w1 = answer
    if not isinstance(scores, np.ndarray) or scores.shape != (len(new), 10):
        raise Violation(
            "the scores have the wrong shape. Return a row for each new image and a column for each of 10 classes",
            f"they have shape {np.shape(scores)}, not {(len(new), 10)}",
        )
    if not isinstance(w1, np.ndarray) or w1.ndim != 2 or len(w1) != x.shape[1]:
        raise Violation(
            "`w1` does not have one row for each input. Return the weights of the first layer",
            f"it has shape {np.shape(w1)}, and there are {x.shape[1]} inputs",
        )
    return answer


def _scores(call: Function, x: FloatArray, y: NDArray[Any], new: FloatArray) -> FloatArray:
    scores: FloatArray
    scores, _ = _form(call(x, y, new), x, y, new)
    if not np.isfinite(scores).all():
        raise Violation(
            "the scores contain NaN or infinity. Print the loss of each step to find the first one that is not finite"
        )
    return scores


def _learns(call: Function, rng: Generator) -> None:
    x, y, new, labels = _digits()
    scores = _scores(call, x, y, new)
    accuracy = float(np.mean(scores.argmax(axis=1) == labels))
    if accuracy < DIGITS:
        low = accuracy < 0.3
        raise Violation(
            "after training on 200 digits it classifies new ones almost at chance level. Check that the "
            "loss falls, and that images and labels come from the same rows"
            if low
            else f"after training on 200 digits it classifies fewer than {100 * DIGITS:.0f} % of new ones "
            "correctly. Compare your training loop and the forward pass of the new images with the plan",
            f"{100 * accuracy:.0f} %",
            fingerprint=float(scores.sum()),
        )


def _alone(call: Function, rng: Generator) -> None:
    _learns(call, rng)
    x, y, new, _ = _digits()
    scores = _scores(call, x, y, new)
    again = _scores(call, x, y, new[:7])
    if np.allclose(again, scores[:7], rtol=ROUNDED, atol=ROUNDED):
        return
    if not np.allclose(_scores(call, x, y, new), scores, rtol=ROUNDED, atol=ROUNDED):
        raise Violation("two equal calls return different scores. Draw everything from `np.random.default_rng(seed)`")
    raise Violation(
        "the scores of an image depend on the images that are scored with it. Use the *running* statistics, and the "
        "mean and scale of the *training* images",
        fingerprint=float(scores.sum()),
    )


def _unchanged(call: Function, rng: Generator) -> None:
    x, y, new, _ = _digits()
    _form(call(x[:FEW], y[:FEW], new[:FEW]), x, y, new[:FEW])


def _settings(call: Function, rng: Generator) -> None:
    x, y, new, _ = (part[:FEW] for part in _digits())
    usual, usual_w1 = _form(call(x, y, new, lr=0.003, epochs=4, seed=3), x, y, new)
    for name, other in (("lr", 0.001), ("epochs", 3), ("seed", 4)):
        scores, w1 = _form(call(x, y, new, **({"lr": 0.003, "epochs": 4, "seed": 3} | {name: other})), x, y, new)
        if np.array_equal(scores, usual):
            raise Violation(f"another `{name}` gives the same scores. Use the argument")
        if np.array_equal(w1, usual_w1):
            raise Violation(f"another `{name}` gives the same `w1`. Return the first layer's weights *after* training")


def _clothes(call: Function, rng: Generator) -> None:
    _alone(call, rng)  # a function that fails on digits need not train for long
    data = load_fashion_mnist()
    graded = GRADING in os.environ
    new, labels = (data.x_test, data.y_test) if graded else (data.x_validation, data.y_validation)
    scores = _scores(call, data.x_train, data.y_train, new)
    accuracy = float(np.mean(scores.argmax(axis=1) == labels))
    which = "test" if graded else "validation"
    reached = f"it classifies {100 * accuracy:.1f} % of the 1,000 {which} images correctly"
    if accuracy < PEOPLE:
        raise Violation(
            f"{reached}, and people classify {100 * PEOPLE:.1f} % correctly. A network with all the parts reaches "
            f"{100 * ALL_PARTS:.0f} %. {IMPROVE}",
            fingerprint=accuracy,
        )
    if accuracy < ALL_PARTS:
        share = POINTS_PEOPLE / (POINTS_PEOPLE + POINTS_ALL_PARTS)
        raise Violation(
            f"{reached}, which is more than the {100 * PEOPLE:.1f} % of people. A network with all the parts reaches "
            f"{100 * ALL_PARTS:.0f} %. {IMPROVE}",
            "",
            accuracy,
            share,
        )


fit = Exercise(
    references.fit,
    points=15,
    minutes=40,
    difficulty=4,
    importance="core",
    builds_on=(
        "minibatches",
        "affine_forward",
        "relu_forward",
        "batchnorm_inference",
        "adam",
        "network_loss",
    ),
    seconds=40.0 * TRAINING_SLOWNESS,
    cpu_time=True,
    form=_form,
    required_row="Learns 200 digits",
    checks=(
        Property("Learns 200 digits", 0.5, _learns),
        Property("Repeats, and scores each image alone", 0.5, _alone),
        Property("Leaves its arguments unchanged", 0.5, _unchanged, pure=True),
        Property("Uses its learning rate, its epochs and its seed", 0.5, _settings),
        Property("Fashion-MNIST (people reach 83.5 %, all the parts 85 %)", 13, _clothes, central=True),
    ),
    slips="""
        uphill
            parameters[i], gradients[i], *memory → parameters[i], -gradients[i], *memory
            your steps go uphill. Step against the gradient, as `mine.adam` does if you pass it the gradient as it is.
        labels of other rows
            y[rows], parameters → y[: len(rows)], parameters
            your images and labels do not belong together. Take both from the same rows.
        new images not prepared
            out = (new - mean) / scale → out = new
            you do not prepare the new images like the training images. Use the same mean and scale.
        new images prepared with their own mean
            out = (new - mean) / scale → out = (new - new.mean(axis=0)) / (new - new.mean(axis=0)).std()
            you prepare the new images with their own mean and scale. Take both from the training images.
        statistics of the new images
            gamma, beta, *statistics[i]) → gamma, beta, h.mean(axis=0), h.var(axis=0))
            your batch norm normalises the new images with their own mean and variance. Use the running statistics.
        statistics not kept
            _, gradients, statistics = network_loss( → _, gradients, _ = network_loss(
            you do not keep the returned running statistics, so at inference time batch norm uses the initial ones. Pass
            them on to the next step, and use the last ones at inference time.
        prepared in place
            x = ((x - mean) / scale).astype(np.float32) → x -= mean ⏎ x /= scale ⏎ x = x.astype(np.float32)
            out = (new - mean) / scale → new -= mean ⏎ out = new / scale
            you write into the images of the caller, who may still need them, as `-=` and `/=` do. Make new arrays, as
            `x = (x - …) / …` does.
        training images prepared in place
            x = ((x - mean) / scale).astype(np.float32) → x -= mean ⏎ x /= scale ⏎ x = x.astype(np.float32)
            you write into the training images of the caller, who may still need them, as `-=` and `/=` do. Make a new
            array, as `x = (x - …) / …` does.
        labels for scores
            return scores, parameters[0] → return scores.argmax(axis=1), parameters[0]
            you return the predicted classes. Return scores, one for each class.
        w1 from before training
            memory = → first = parameters[0] ⏎ memory =
            return scores, parameters[0] → return scores, first
            you return the first layer's weights from before training. Return those that you trained.
        scores alone
            return scores, parameters[0] → return scores
            you return only the scores. Return the first layer's weights too, `return scores, w1`.
    """,
)
