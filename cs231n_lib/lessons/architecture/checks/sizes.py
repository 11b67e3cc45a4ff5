"""Exercises on counting layers, units and parameters, and on the width that a parameter budget allows."""

from numbers import Integral
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case

from . import references


def an_int(*arguments: Any) -> Function:
    """Test that the function returns an int for these arguments, such as 32 and not 32.0."""

    def test(call: Function, rng: Generator) -> None:
        found = call(*arguments)
        if not isinstance(found, Integral):
            raise Violation(
                "the result is not an int, so it cannot be used as a count or an index. Convert it with `int(…)`",
                f"it is {found!r}",
            )

    return test


def _one_hidden_layer(rng: Generator) -> Cases:
    for _ in range(2):
        sizes = [int(size) for size in rng.choice(range(2, 30), 3, replace=False)]
        yield case(f"sizes {sizes}", sizes)


def _large(rng: Generator) -> Cases:
    """Odd numbers of parameters, larger than a 16-bit integer or a 32-bit float can count."""
    for last in ([10], [4, 10]):
        sizes = [3072, 6001 + 2 * int(rng.integers(20)), *last]
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
    covers="smallest above-99",
    importance="core",
    checks=(
        Values("One hidden layer", 4, _one_hidden_layer),
        Values("No hidden layer, and four hidden layers", 1, _other_depths),
        Values("Two large networks", 0.5, _large),
    ),
    slips="""
        equal hidden layers
            += sizes[i] * sizes[i + 1] → += sizes[1] ** 2 if 0 < i < count - 1 else sizes[i] * sizes[i + 1]
            you take all hidden layers as equally wide. Multiply the sizes of each pair of neighbouring layers instead.
        inputs counted as a layer
            len(sizes) - 1 → len(sizes)
            range(count) → range(len(sizes) - 1)
            you count the inputs as a layer, but they compute nothing. Each layer has one set of weights and biases, so
            there is one layer fewer than there are sizes.
        hidden layers alone
            len(sizes) - 1 → len(sizes) - 2
            range(count) → range(len(sizes) - 1)
            you count only the hidden layers. Count the output layer too, because it has weights.
        inputs counted as units
            units = sum(sizes[1:]) → units = sum(sizes)
            parameters = units → parameters = sum(sizes[1:])
            you count the inputs as units, but they compute nothing. Leave the first entry of `sizes` out of the number
            of units.
        inputs counted as units, with biases
            units = sum(sizes[1:]) → units = sum(sizes)
            you count the inputs as units with biases, but they are not units. Leave the first entry of `sizes` out of
            the numbers of units and biases.
        hidden layers and units alone
            len(sizes) - 1 → len(sizes) - 2
            units = sum(sizes[1:]) → units = sum(sizes[1:-1])
            parameters = units → parameters = sum(sizes[1:])
            range(count) → range(len(sizes) - 1)
            you count only the hidden layers and their units. Count the output layer and its units too.
        outputs not counted
            sum(sizes[1:]) → sum(sizes[1:-1])
            parameters = units → parameters = units + sizes[-1]
            you do not count the outputs as units. Count them too, because each one has weights and a bias.
        outputs without bias
            parameters = units → parameters = units - sizes[-1]
            you leave out the biases of the outputs. Count one bias for each unit, including the outputs.
        biases forgotten
            parameters = units → parameters = 0
            you count only the weights. Add one bias for each unit.
        one bias a layer
            parameters = units → parameters = count
            you count one bias for each layer. Count one for each *unit*.
        biases counted twice
            parameters += sizes[i] * sizes[i + 1] → parameters += sizes[i] * sizes[i + 1] + sizes[i + 1]
            you count the biases twice. For each layer, count inputs · units weights and one bias for each unit.
        bias for each input
            parameters = units → parameters = sum(sizes[:-1])
            you count one bias for each input of a layer. Count one for each *unit* of the layer.
        last layer's weights missing
            range(count) → range(count - 1)
            you leave out the weights of the last layer. Loop over all `len(sizes) - 1` layers.
        first layer's weights missing
            range(count) → range(1, count)
            you leave out the weights of the first layer. Add `sizes[0] * sizes[1]`, as for the other layers.
        last layer's parameters missing
            parameters = units → parameters = units - sizes[-1]
            range(count) → range(count - 1)
            you leave out the weights and biases of the last layer. Loop over all `len(sizes) - 1` layers.
        last layer's parameters alone
            parameters += sizes[i] * sizes[i + 1] → parameters = sizes[i] * sizes[i + 1] + sizes[i + 1]
            you return the parameters of the last layer only. Add up the parameters of all layers with `+=`.
        sums for products
            sizes[i] * sizes[i + 1] → sizes[i] + sizes[i + 1]
            you add the sizes of two layers. Multiply them, because every input is connected to every unit.
        first hidden width for all
            sizes[i] * sizes[i + 1] → (sizes[1] if i else sizes[0]) * (sizes[1] if i < count - 1 else sizes[-1])
            you count the weights as if all hidden layers were as wide as the first one. Use each layer's own size.
        first hidden width for all, units too
            units = sum(sizes[1:]) → units = (count - 1) * sizes[1] + sizes[-1]
            sizes[i] * sizes[i + 1] → (sizes[1] if i else sizes[0]) * (sizes[1] if i < count - 1 else sizes[-1])
            you count the units and weights as if all hidden layers were as wide as the first one. Use each layer's own
            size.
    """,
)


def _in_one_layer(inputs: int, outputs: int, depth: int, budget: int) -> int:
    """Width that a budget allows if all hidden units form a single layer."""
    return (budget - outputs) // (depth * (inputs + outputs + 1))


def _with_one_layers_biases(inputs: int, outputs: int, depth: int, budget: int) -> int:
    """Width that a budget allows if only one hidden layer has biases."""
    width = 1
    while references.network_size([inputs, *[width] * depth, outputs])[2] - (depth - 1) * width <= budget:
        width += 1
    return width - 1


def _tells(inputs: int, outputs: int, depth: int, budget: int) -> bool:
    """Whether the width depends on the order of the sizes, the depth and all biases, but not on one parameter."""
    width = references.width_for_budget
    right = width(inputs, outputs, depth, budget)
    if width(outputs, inputs, depth, budget) == right or width(inputs, outputs, depth, budget - 1) != right:
        return False
    if depth == 1:  # with one bias for all outputs, as without any, the width would be larger
        return width(inputs, outputs, depth, budget + outputs - 1) != right
    return all(rule(inputs, outputs, depth, budget) != right for rule in (_in_one_layer, _with_one_layers_biases))


def _budgets(rng: Generator) -> Cases:
    for depth in (1, 2, 5):
        while True:
            inputs, outputs = (int(size) for size in rng.choice(range(2, 12), 2, replace=False))
            budget = int(rng.integers(700, 1500))
            below_100 = references.width_for_budget(inputs, outputs, depth, budget) < 100
            if below_100 and _tells(inputs, outputs, depth, budget):
                break
        yield case(f"{depth} hidden layer{'s' * (depth > 1)}", inputs, outputs, depth, budget)
    # The nearest size is above the first of these budgets and below the second.
    inputs, outputs, width = (int(size) for size in np.sort(rng.choice(range(3, 30), 3, replace=False)))
    sizes = [references.network_size([inputs, w, w, outputs])[2] for w in (width, width + 1)]
    yield case("2 hidden layers, nearly enough for one unit more", inputs, outputs, 2, sizes[1] - outputs - 1)
    yield case("2 hidden layers, 2 parameters left", inputs, outputs, 2, sizes[0] + 2)


def _edges(rng: Generator) -> Cases:
    while True:
        inputs, outputs, width = (int(size) for size in np.sort(rng.choice(range(3, 30), 3, replace=False)))
        exact = references.network_size([inputs, width, width, outputs])[2]
        if outputs < width - 1 and _in_one_layer(inputs, outputs, 2, exact) != width:
            break
    yield case("the budget is met exactly", inputs, outputs, 2, exact)
    yield case("one parameter less", inputs, outputs, 2, exact - 1)
    width = int(rng.integers(1010, 1100))
    exact = references.network_size([outputs, width, inputs])[2]  # more inputs than outputs
    yield case("a width of more than 1,000, and a budget that is met exactly", outputs, inputs, 1, exact)


width_for_budget = Exercise(
    references.width_for_budget,
    points=6,
    minutes=10,
    difficulty=2,
    covers="smallest above-99",
    builds_on=("network_size",),
    checks=(
        Values("Three depths", 4, _budgets),
        Values("A budget that is met exactly, and one that is one parameter smaller", 1, _edges),
        Property("An int", 1, an_int(2, 1, 2, 40)),
    ),
    slips="""
        one too wide
            [width + 1] → [width]
            you return the first width *above* the budget, which is one unit too wide. Return the width before it, the
            last one within the budget.
        nearest size
            width = 0 → width, size = 0, lambda w: network_size([inputs, *[w] * depth, outputs])[2]
            return width → return width + int(size(width + 1) - budget < budget - size(width))
            you return the width whose number of parameters is *nearest* to the budget, which may be above it. Return
            the largest width with at most `budget` parameters.
        exact budget rejected
            <= budget → < budget
            you reject a network with exactly `budget` parameters. Accept it, because the network may have up to
            `budget` parameters.
        layers for parameters
            )[2] → )[0]
            while network_size → while width < 100 and network_size
            you compare the number of layers with the budget. Use the number of parameters, the last of the three
            numbers that `network_size` returns.
        units for parameters
            )[2] → )[1]
            you compare the number of units with the budget. Use the number of *parameters*, the last of the three
            numbers that `network_size` returns.
        one layer too few
            * depth, → * (depth - 1),
            while network_size → while width < budget and network_size
            you use one hidden layer too few. Repeat the width `depth` times, because `depth` does not count the output
            layer.
        one layer too many
            * depth, → * (depth + 1),
            you use one hidden layer too many. Use `depth` hidden layers, and add only the output layer to them.
        one hidden layer only
            [width + 1] * depth → [width + 1]
            you use one hidden layer, whatever `depth` is. Use `depth` hidden layers of this width.
        weights between hidden layers once
            )[2] <= → )[2] - max(0, depth - 2) * (width + 1) ** 2 <=
            you count the weights between two hidden layers only once. Count them for each of the `depth - 1` pairs of
            neighbouring hidden layers.
        widths added up
            *[width + 1] * depth → depth * (width + 1)
            you multiply the width by `depth`, which makes one wide layer. Use `depth` separate layers of this width
            instead.
        inputs left out
            [inputs, *[width + 1] → [width + 1, *[width + 1]
            you use the width in place of the number of inputs. Begin the sizes with `inputs`, and let the width follow
            `depth` times.
        one output only
            * depth, outputs] → * depth, 1]
            you always count one output unit. Count `outputs` units in the last layer.
        no output bias
            )[2] <= → )[2] - outputs <=
            you leave out the biases of the output layer. Count one for each of the `outputs` units.
        one output bias
            )[2] <= → )[2] - outputs + 1 <=
            you count a single bias for the output layer. Count one for each of the `outputs` units.
        inputs and outputs exchanged
            [inputs, *[width + 1] * depth, outputs] → [outputs, *[width + 1] * depth, inputs]
            you exchange the inputs and the outputs, which changes the number of biases. Put the inputs first.
        biases left out
            )[2] → )[2] - network_size([inputs, *[width + 1] * depth, outputs])[1]
            you count the weights but not the biases. Add one bias for each unit.
        a float
            return width → return float(width)
            the number is right, but you return it as a float. Convert it with `int(…)`, so that it can be used as a
            count.
        root not rounded
            width = 0 → width = 0 ⏎ a, b, c = depth - 1, inputs + depth + outputs, outputs - budget
            return width → return ((b * b - 4 * a * c) ** 0.5 - b) / (2 * a) if a else width
            you return the width at which the budget would be met exactly, which need not be a whole number. Round it
            *down*.
    """,
)
