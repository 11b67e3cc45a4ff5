"""Activations made of a run's functions, and a network that uses them."""

from dataclasses import replace
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits
from cs231n_lib.lessons.beside import Agreement
from cs231n_lib.lessons.two_layers import ElementwiseActivation, beside_fast
from cs231n_lib.lessons.use import Functions, Use

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "maxout")
"""Activations of the lesson, by their names in the fast network."""


def made_of(run: Functions, name: str, leak: float = 0.01) -> ElementwiseActivation:
    """Activation of this name from `NAMES`, made only of the run's functions."""

    def sigmoid(x: FloatArray) -> Any:
        return run.sigmoid_forward(x)[0]

    def tanh(x: FloatArray) -> tuple[FloatArray, Any]:
        out = run.tanh_from_sigmoid(x, sigmoid)
        return out, out

    def leaky(x: FloatArray) -> tuple[FloatArray, Any]:
        return run.leaky_relu(x, np.zeros_like(x), leak)[0], x

    if name == "tanh":
        return ElementwiseActivation(tanh, lambda dout, out: dout * (1 - out**2))
    if name == "leaky_relu":
        return ElementwiseActivation(leaky, lambda dout, x: run.leaky_relu(x, dout, leak)[1])
    return ElementwiseActivation(getattr(run, f"{name}_forward"), getattr(run, f"{name}_backward"))


def same_numbers(use: Use) -> Agreement:
    """Compare two-layer networks made of the run's functions with the fast ones.

    There is one network for each activation, trained on the digits. The result is the largest difference.
    """
    run, digits = use.run(), load_digits()
    what = "the network of your functions, once with each activation,"
    found = [beside_fast(run, made_of(run, name), name, 32, digits, what) for name in NAMES]
    return replace(max(found, key=lambda agreement: agreement.difference), note=run.says)
