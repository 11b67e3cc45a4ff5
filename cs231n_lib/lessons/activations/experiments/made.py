"""Activations made of a run's functions, and what a network with them between its layers does."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_digits
from cs231n_lib.functions.batches import minibatches
from cs231n_lib.lessons.beside import STEPS, Agreement, Parameters, beside
from cs231n_lib.lessons.two_layers import Activation, descend, gradients
from cs231n_lib.lessons.use import Run, Use
from cs231n_lib.network import MLP, SGD


def made_of(run: Run, leak: float = 0.01) -> dict[str, Activation]:
    """The activations of the lesson, by the fast network's names for them."""

    def sigmoid(x: FloatArray) -> Any:
        return run.sigmoid_forward(x)[0]

    def tanh(x: FloatArray) -> tuple[FloatArray, Any]:
        out = run.tanh_from_sigmoid(x, sigmoid)
        return out, out

    def leaky(x: FloatArray) -> tuple[FloatArray, Any]:
        return run.leaky_relu(x, np.zeros_like(x), leak)[0], x

    return {
        "sigmoid": Activation(run.sigmoid_forward, run.sigmoid_backward),
        "tanh": Activation(tanh, lambda dout, out: dout * (1 - out**2)),
        "relu": Activation(run.relu_forward, run.relu_backward),
        "leaky_relu": Activation(leaky, lambda dout, x: run.leaky_relu(x, dout, leak)[1]),
        "maxout": Activation(run.maxout_forward, run.maxout_backward),
    }


def same_numbers(use: Use) -> Agreement:
    """A network of two layers with each activation, made of the run's functions, beside the fast one, on the digits."""
    run = use.run()
    worst = max((_beside(run, name) for name in made_of(run)), key=lambda agreement: agreement.difference)
    return replace(worst, what="the network of your functions, once with each activation,", note=run.says)


def _beside(run: Run, name: str, lr: float = 0.2, batch_size: int = 32) -> Agreement:
    activation, digits = made_of(run)[name], load_digits()

    def step(parameters: Parameters, x: FloatArray, y: NDArray[Any]) -> Parameters:
        _, dparameters = gradients(run, activation, parameters, x, y)
        return descend(parameters, dparameters, lr)

    rows = minibatches(STEPS * batch_size, batch_size, np.random.default_rng(0))
    batches = ((digits.x_train[r], digits.y_train[r]) for r in rows)
    return beside(MLP([64, 32, 10], name, dtype=np.float64, rng=np.random.default_rng(0)), SGD(lr), step, batches)
