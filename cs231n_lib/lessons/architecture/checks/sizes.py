"""Exercises on counting: layers, units and parameters, and the width that a budget of parameters pays for."""

from numbers import Integral
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case

from . import references


def an_int(*arguments: Any) -> Function:
    """The test that what is returned for these arguments can be counted with: 32, and not 32.0."""

    def test(call: Function, rng: Generator) -> None:
        found = call(*arguments)
        if not isinstance(found, Integral):
            raise Violation("the result is no int, so nothing can be counted with it: `int(…)`", f"it is {found!r}")

    return test


def _one_hidden_layer(rng: Generator) -> Cases:
    for _ in range(2):
        sizes = [int(size) for size in rng.choice(range(2, 30), 3, replace=False)]
        yield case(f"sizes {sizes}", sizes)


def _other_depths(rng: Generator) -> Cases:
    yield case("no hidden layer", [int(rng.integers(5, 9)), 3])
    sizes = [int(size) for size in rng.choice(range(2, 30), 6, replace=False)]
    yield case("four hidden layers", sizes)


network_size = Exercise(
    references.network_size,
    points=6,
    minutes=8,
    difficulty=1,
    importance="core",
    checks=(
        Values("One hidden layer", 3, _one_hidden_layer),
        Values("No hidden layer, and four", 2, _other_depths),
    ),
    slips="""
        inputs counted as a layer
            len(sizes) - 1 → len(sizes)
            range(count) → range(len(sizes) - 1)
            the inputs are no layer: nothing is computed in them. A layer is a set of weights with its biases.
        hidden layers alone
            len(sizes) - 1 → len(sizes) - 2
            range(count) → range(len(sizes) - 1)
            these are the hidden layers alone. The output layer has weights, too, and counts.
        inputs counted as units
            units = sum(sizes[1:]) → units = sum(sizes)
            parameters = units → parameters = sum(sizes[1:])
            the inputs are no units: they compute nothing. Leave out the first of the sizes.
        inputs counted as units, with biases
            units = sum(sizes[1:]) → units = sum(sizes)
            the inputs are no units and have no biases. Leave out the first of the sizes.
        hidden layers and units alone
            len(sizes) - 1 → len(sizes) - 2
            units = sum(sizes[1:]) → units = sum(sizes[1:-1])
            parameters = units → parameters = sum(sizes[1:])
            range(count) → range(len(sizes) - 1)
            only the hidden layers and their units are counted. The output layer is a layer, and the outputs are units.
        outputs not counted
            sum(sizes[1:]) → sum(sizes[1:-1])
            parameters = units → parameters = units + sizes[-1]
            the outputs are units like the others: each has weights and a bias.
        outputs without bias
            parameters = units → parameters = units - sizes[-1]
            the biases of the outputs are missing: each unit has one, the outputs included.
        biases forgotten
            parameters = units → parameters = 0
            these are the weights alone. Each unit has a bias as well.
        one bias a layer
            parameters = units → parameters = count
            this is one bias for each layer. Each *unit* has its own.
        biases counted twice
            parameters += sizes[i] * sizes[i + 1] → parameters += sizes[i] * sizes[i + 1] + sizes[i + 1]
            the biases are counted twice: a layer has inputs · units weights, and one bias for each unit.
        bias for each input
            parameters = units → parameters = sum(sizes[:-1])
            this is a bias for each input of a layer. Each of its *outputs* has one.
        last layer's weights missing
            range(count) → range(count - 1)
            the weights of the last layer are missing.
        first layer's weights missing
            range(count) → range(1, count)
            the weights of the first layer are missing.
        last layer's parameters missing
            parameters = units → parameters = units - sizes[-1]
            range(count) → range(count - 1)
            the weights and biases of the last layer are missing: there are `len(sizes) - 1` layers to go through.
        last layer's parameters alone
            parameters += sizes[i] * sizes[i + 1] → parameters = sizes[i] * sizes[i + 1] + sizes[i + 1]
            these are the parameters of the last layer alone: add them up, `+=`.
        sums for products
            sizes[i] * sizes[i + 1] → sizes[i] + sizes[i + 1]
            every input is connected with every unit, so a layer has inputs *times* units weights.
    """,
)


def _in_one_layer(inputs: int, outputs: int, depth: int, budget: int) -> int:
    """The width that a budget pays for where all hidden units are one layer."""
    return (budget - outputs) // (depth * (inputs + outputs + 1))


def _tells(inputs: int, outputs: int, depth: int, budget: int) -> bool:
    """Whether it matters which are the inputs, and how many layers there are, but not a single parameter."""
    right = references.width_for_budget(inputs, outputs, depth, budget)
    others = {references.width_for_budget(outputs, inputs, depth, budget)}
    if depth > 1:
        others.add(_in_one_layer(inputs, outputs, depth, budget))
    return right not in others and right == references.width_for_budget(inputs, outputs, depth, budget - 1)


def _budgets(rng: Generator) -> Cases:
    for depth in (1, 2, 5):
        while True:
            inputs, outputs = (int(size) for size in rng.choice(range(2, 12), 2, replace=False))
            budget = int(rng.integers(700, 1500))
            if _tells(inputs, outputs, depth, budget):
                break
        yield case(f"{depth} hidden layer{'s' * (depth > 1)}", inputs, outputs, depth, budget)


def _edges(rng: Generator) -> Cases:
    while True:
        inputs, outputs, width = (int(size) for size in np.sort(rng.choice(range(3, 12), 3, replace=False)))
        exact = references.network_size([inputs, width, width, outputs])[2]
        if outputs < width - 1 and _in_one_layer(inputs, outputs, 2, exact) != width:
            break
    yield case("the budget is met exactly", inputs, outputs, 2, exact)
    yield case("one parameter less", inputs, outputs, 2, exact - 1)


width_for_budget = Exercise(
    references.width_for_budget,
    points=6,
    minutes=10,
    difficulty=2,
    builds_on=("network_size",),
    checks=(
        Values("Three depths", 3, _budgets),
        Values("A budget that is met exactly, and one parameter less", 2, _edges),
        Property("An int", 1, an_int(2, 1, 2, 40)),
    ),
    slips="""
        one too wide
            [width + 1] → [width]
            this is one unit too wide: it is the first width *above* the budget. Try `width + 1` before you take it.
        exactly met is too much
            <= budget → < budget
            a budget that is met exactly is met: no more than `budget` are allowed.
        layers for parameters
            )[2] → )[0]
            while network_size → while width < 100 and network_size
            `network_size` returns three numbers; the parameters are the last.
        units for parameters
            )[2] → )[1]
            these are units within the budget. *Parameters* are the third of what `network_size` returns.
        one layer too few
            * depth, → * (depth - 1),
            while network_size → while width < 2000 and network_size
            there are `depth` *hidden* layers; the output layer is not among them.
        one layer too many
            * depth, → * (depth + 1),
            there is a hidden layer too many. The output layer is `outputs`, and comes besides.
        one hidden layer only
            [width + 1] * depth → [width + 1]
            this has one hidden layer whatever `depth` is: `[width] * depth` repeats it.
        widths added up
            *[width + 1] * depth → depth * (width + 1)
            here the widths are multiplied into one wide layer: `*[width] * depth` repeats the layer.
        inputs left out
            [inputs, *[width + 1] → [width + 1, *[width + 1]
            the first layer reads `inputs` numbers: begin the sizes with them.
        outputs left out
            * depth, outputs] → * depth, 1]
            the last layer has `outputs` units: end the sizes with them.
        inputs and outputs exchanged
            [inputs, *[width + 1] * depth, outputs] → [outputs, *[width + 1] * depth, inputs]
            inputs and outputs are exchanged: that counts as many weights, and other biases. The inputs come first.
        biases left out
            )[2] → )[2] - network_size([inputs, *[width + 1] * depth, outputs])[1]
            the biases are not counted: each unit has one.
        a float
            return width → return float(width)
            the number is right, but it is a float, with which nothing can be counted: `int(…)`.
        root not rounded
            width = 0 → width = 0 ⏎ a, b, c = depth - 1, inputs + depth + outputs, outputs - budget
            return width → return ((b * b - 4 * a * c) ** 0.5 - b) / (2 * a) if a else width
            this is where the budget would be met exactly, and no whole number: round it *down*.
    """,
)
