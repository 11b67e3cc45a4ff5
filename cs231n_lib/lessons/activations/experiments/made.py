"""Activations made of a run's functions, and what a network with them between its layers does."""

from dataclasses import replace
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits
from cs231n_lib.lessons.beside import Agreement
from cs231n_lib.lessons.two_layers import ElementwiseActivation, beside_fast
from cs231n_lib.lessons.use import Functions, Use

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "maxout")
"""The activations of the lesson, as the fast network calls them."""


def made_of(run: Functions, name: str, leak: float = 0.01) -> ElementwiseActivation:
    """One of `NAMES`, made of the run's functions; it asks the run for no others."""

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
    """A network of two layers with each activation, made of the run's functions, beside the fast one, on the digits."""
    run, digits = use.run(), load_digits()
    what = "the network of your functions, once with each activation,"
    found = [beside_fast(run, made_of(run, name), name, 32, digits, what) for name in NAMES]
    return replace(max(found, key=lambda agreement: agreement.difference), note=run.says)
