"""Exercises on the scores, the loss with its gradients, and the training of networks of any depth."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray

from . import references


def draw(rng: Generator, n: int, sizes: tuple[int, ...]) -> list[Any]:
    """x, y, weights and biases, with no input of a ReLU so near 0 that a difference crosses its kink."""
    while True:
        x = rng.normal(size=(n, sizes[0]))
        weights = [rng.normal(0, sizes[i] ** -0.5, sizes[i : i + 2]) for i in range(len(sizes) - 1)]
        biases = [rng.normal(0, 0.5, size) for size in sizes[1:]]
        a, nearest, share = x, 1.0, []
        for w, b in zip(weights[:-1], biases[:-1], strict=True):
            h = a @ w + b
            nearest, a = min(nearest, float(np.abs(h).min())), np.maximum(h, 0)
            share.append(float(np.mean(h > 0)))
        if nearest > 1e-3 and all(0.2 < s < 0.8 for s in share):
            return [x, rng.integers(0, sizes[-1], n), weights, biases]


def _named(sizes: tuple[int, ...]) -> str:
    return f"layers {'-'.join(map(str, sizes))}"


def _stacks(rng: Generator) -> Cases:
    for sizes in ((3, 5, 4), (4, 3, 6, 5, 2)):
        x, _, weights, biases = draw(rng, 6, sizes)
        yield case(_named(sizes), x, weights, biases)


def _other_stacks(rng: Generator) -> Cases:
    x, _, weights, biases = draw(rng, 5, (3, 4))
    yield case("no hidden layer", x, weights, biases)
    x, _, weights, biases = draw(rng, 4, (4, 4, 4, 4))
    yield case("as many units as inputs and examples", x, weights, biases)
    yield case("the same, with one array of biases for all layers", x, weights, biases[:1] * 3)


mlp_forward = Exercise(
    references.mlp_forward,
    points=10,
    minutes=12,
    difficulty=2,
    covers="sign one",
    importance="core",
    builds_on=("affine_forward", "relu_forward"),
    checks=(
        Values("One and three hidden layers", 6.5, _stacks),
        Values("No hidden layer, and as many units as inputs", 1.5, _other_stacks),
    ),
    slips="""
        ReLU on the scores
            if i < len(weights) - 1: → if True:
            you apply ReLU to the scores. Leave it out after the output layer, because scores may be negative.
        no ReLU
            out, _ = activations.relu_forward(out) → pass
            you apply no ReLU, but without it all affine layers together compute only one affine function. Apply ReLU
            after each hidden layer.
        last hidden layer without ReLU
            len(weights) - 1: → len(weights) - 2:
            you leave out ReLU after the last *hidden* layer. Leave it out only after the output layer.
        ReLU after the first layer only
            if i < len(weights) - 1: → if i == 0 and len(weights) > 1:
            you apply ReLU only after the first hidden layer. Apply it after *each* hidden layer.
        last layer found by its bias
            if i < len(weights) - 1: → if biases[i] is not biases[-1]:
            you recognise the output layer by its array of biases, which fails if all layers share one array. Compare
            the layer's index with `len(weights) - 1`.
        ReLU on the scores of a single layer
            if i < len(weights) - 1: → if i < max(1, len(weights) - 1):
            you apply ReLU after the first layer even if it is the only one. Leave it out in this case, because the
            only layer is the output layer.
        ReLU before the layer
            layers.affine_forward(out, → layers.affine_forward(np.maximum(out, 0),
            if i < len(weights) - 1: → if False:
            you apply ReLU to x, before the first layer. In each hidden layer, first compute the affine part and then
            apply ReLU.
        x again in each layer
            affine_forward(out, weights[i], biases[i]) → affine_forward(x, weights[i][: x.shape[1]], biases[i])
            you pass x to every layer. Pass the output of the previous layer instead.
        biases left out
            weights[i], biases[i]) → weights[i], 0 * biases[i])
            you leave out the biases. Add each layer's bias in its affine part, before ReLU.
        last bias left out
            weights[i], biases[i]) → weights[i], (i < len(weights) - 1) * biases[i])
            you leave out the bias of the output layer. Add it, as in the other layers.
        first layer's output
            if i < len(weights) - 1: → if len(weights) == 1: ⏎     return out ⏎ if True:
            out, _ = activations.relu_forward(out) → return activations.relu_forward(out)[0]
            you return the output of the first layer, as `return` inside the loop does. Return the scores, after a loop
            over all layers.
        last hidden layer
            range(len(weights)) → range(max(1, len(weights) - 1))
            you stop one layer early and return the output of the last hidden layer. Loop over all layers to get the
            scores.
        output with its cache
            return out → return layers.affine_forward(x, weights[0], biases[0]) if len(weights) == 1 else (out, _)
            you return the scores with the cache. `mine.affine_forward` returns a pair, so return only its first
            element.
        softmax
            return out → return np.exp(out) / np.exp(out).sum(axis=1, keepdims=True)
            you return probabilities. Return the scores, because the loss applies softmax.
        bias after ReLU
            weights[i], biases[i]) → weights[i], biases[i] * (i == len(weights) - 1))
            out, _ = activations.relu_forward(out) → out = activations.relu_forward(out)[0] + biases[i]
            you add the biases after ReLU. Add them before ReLU, in the affine layer, so that they shift the thresholds
            of the units.
        leaky
            out, _ = activations.relu_forward(out) → out = np.maximum(0.01 * out, out)
            you use leaky ReLU, which returns a hundredth of h for h below 0. Return 0 for these values.
    """,
)


def _penalized(rng: Generator) -> Cases:
    for sizes, lam in (((3, 5, 4), 0.3), ((4, 6, 5, 3), 1.5)):
        yield case(f"{_named(sizes)}, λ = {lam:g}", *draw(rng, 6, sizes), lam)


def _plain(rng: Generator) -> Cases:
    yield case("λ = 0, three hidden layers", *draw(rng, 5, (3, 6, 5, 6, 3)), 0.0)
    yield case("no hidden layer", *draw(rng, 5, (4, 3)), 0.5)
    yield case("as many units as inputs and examples", *draw(rng, 4, (4, 4, 4, 4)), 0.2)


def _large_scores(rng: Generator) -> Cases:
    x, y, weights, biases = draw(rng, 6, (3, 5, 4))
    yield case("scores around −2,000", x, y, weights, [biases[0], biases[1] - 2000], 0.0)
    yield case("a score 60 above the others", x, y, weights, [biases[0], biases[1] + [0, 60, 0, 0]], 0.0)


def _gradients(call: Function, rng: Generator) -> None:
    x, y, weights, biases = draw(rng, 5, (3, 5, 4, 3))
    _, dweights, dbiases = call(x, y, weights, biases, 0.4)
    for name, parts, found in (("dweights", weights, dweights), ("dbiases", biases, dbiases)):
        if len(found) != len(parts):
            raise Violation(
                f"`{name}` does not have one array for each layer", f"it has {len(found)} for {len(parts)} layers"
            )
        for i, part in enumerate(parts):

            def loss(a: FloatArray, i: int = i, name: str = name, parts: Any = parts) -> float:
                changed = [*parts[:i], a, *parts[i + 1 :]]
                both = (changed, biases) if name == "dweights" else (weights, changed)
                return references.mlp_loss(x, y, both[0], both[1], 0.4)[0]

            require_gradient(f"{name}[{i}]", found[i], loss, part)


def _chance(call: Function, rng: Generator) -> None:
    x, y, weights, biases = draw(rng, 7, (3, 4, 4, 5))
    loss = call(x, y, [0 * w for w in weights], [0 * b for b in biases], 1.0)[0]
    if not np.isclose(loss, np.log(5), rtol=1e-9):
        raise Violation(
            "the loss is not ln K if all weights are 0", f"for K = 5 it is {float(loss):.6g}, not {np.log(5):.6g}"
        )


mlp_loss = Exercise(
    references.mlp_loss,
    points=16,
    minutes=30,
    difficulty=4,
    covers="threshold sign huge one",
    importance="core",
    builds_on=("affine_forward", "relu_forward", "softmax_cross_entropy", "affine_backward", "relu_backward"),
    examples_rows=("No penalty, no hidden layer, and as many units as inputs",),
    checks=(
        Values("Loss and gradients with a penalty", 7.75, _penalized),
        Values("No penalty, no hidden layer, and as many units as inputs", 2, _plain),
        Property("Each gradient against the numerical gradient", 2.75, _gradients),
        Property("Loss ln K if all weights are 0", 0.5, _chance),
        Values("Large scores", 0.5, _large_scores),
    ),
    slips="""
        ReLU forgotten in the backward pass
            activations.relu_backward(dout, relu) → dout
            you leave out ReLU in the backward pass. Pass the gradient through `mine.relu_backward` before each hidden
            affine layer.
        ReLU forgotten altogether
            out, relu = activations.relu_forward(h) → out, relu = h, h
            activations.relu_backward(dout, relu) → dout
            you apply no ReLU, but without it all affine layers together compute only one affine function. Apply ReLU in
            each hidden layer, and pass the gradient back through `mine.relu_backward`.
        mask from the gradient
            activations.relu_backward(dout, relu) → dout * (dout > 0)
            you mask the gradient by its *own* sign. Use the sign of ReLU's input, which the forward pass stored in the
            cache.
        ReLU on the scores
            biases[-1]) → biases[-1]) ⏎ scores, top = activations.relu_forward(scores)
            affine_backward(dscores, last) → affine_backward(dscores * (top > 0), last)
            you apply ReLU to the scores, in both passes. Leave it out of both, because the output layer has none.
        ReLU on the scores, one way
            biases[-1]) → biases[-1]) ⏎ scores, _ = activations.relu_forward(scores)
            you apply ReLU to the scores in the forward pass. Leave it out, because the output layer has none.
        not reversed
            in reversed(caches): → in caches:
            you go through the layers from first to last in the backward pass. Go from last to first with `reversed(…)`.
        gradients in the other order
            dweights.insert(0, dw) → dweights.append(dw)
            dbiases.insert(0, db) → dbiases.append(db)
            dweights[i] = dweights[i] → dweights[-1 - i] = dweights[-1 - i]
            you return the gradients in reverse order, with the last layer first. Put the first layer first.
        biases in the other order
            dbiases.insert(0, db) → dbiases.append(db)
            you return `dbiases` in reverse order, with the last layer first. Put the first layer first.
        output layer's gradient missing
            dweights, dbiases = [dw], [db] → dweights, dbiases = [0 * dw], [0 * db]
            you leave out the gradients of the output layer. Include the `dw` and `db` that `mine.affine_backward`
            returns for this layer.
        one cache for all layers
            layers.affine_backward(dh, affine) → layers.affine_backward(dh, caches[0][0])
            you use one layer's cache for all layers. Use each layer's own cache.
        gradient not handed on
            dh = activations.relu_backward(dout, relu) → dh = activations.relu_backward(dout, relu) ⏎ keep = dout
            dweights.insert(0, dw) → dout = np.resize(keep, dout.shape) ⏎ dweights.insert(0, dw)
            you pass on the gradient that a layer received instead of the gradient of its input. Overwrite `dout` in
            each layer.
        penalty left out of the gradient
            dweights[i] + lam * weights[i] → dweights[i]
            you add the penalty to the loss but not to the gradient. Add λ·w to the `dw` of each layer.
        gradient overwritten by the penalty
            dweights[i] + lam * weights[i] → lam * weights[i]
            you overwrite the gradient of the data loss with the gradient of the penalty. Add the two.
        ½ missing in the penalty
            0.5 * lam → lam
            you leave out the ½, so the penalty in the loss is twice as large as it should be. Use ½λ times the sum of
            the squared weights.
        ½ missing in the penalty and its gradient
            0.5 * lam → lam
            dweights[i] + lam * → dweights[i] + 2 * lam *
            you leave the ½ out of the penalty, both in the loss and in the gradients. Use ½λ times the sum of the
            squared weights, whose gradient is λ·w.
        factor 2 in the penalty's gradient
            dweights[i] + lam * → dweights[i] + 2 * lam *
            you use 2λ·w as the gradient of the penalty. Use λ·w, because the ½ of the penalty cancels the 2 from the
            square.
        half of the penalty's gradient
            dweights[i] + lam * → dweights[i] + 0.5 * lam *
            you use ½λ·w as the gradient of the penalty. Use λ·w, because the ½ of the penalty cancels the 2 from the
            square.
        penalty left out of the loss
            loss += 0.5 * lam * float(np.sum(weights[i] ** 2)) → pass
            you add the penalty to the gradients but not to the loss. Add ½λ times the sum of all squared weights to the
            loss.
        no penalty at all
            loss += 0.5 * lam * float(np.sum(weights[i] ** 2)) → pass
            dweights[i] + lam * weights[i] → dweights[i]
            you leave out the penalty, both in the loss and in the gradients. Add ½λ times the sum of all squared
            weights to the loss, and λ·w to the `dw` of each layer.
        only the last layer penalised
            0.5 * lam * float → 0.5 * lam * (i == len(weights) - 1) * float
            dweights[i] + lam * → dweights[i] + (i == len(weights) - 1) * lam *
            you penalise only the weights of the last layer. Penalise the weights of all layers.
        biases penalised
            np.sum(weights[i] ** 2)) → np.sum(weights[i] ** 2) + np.sum(biases[i] ** 2))
            dweights[i] = → dbiases[i] = dbiases[i] + lam * biases[i] ⏎ dweights[i] =
            you penalise the biases. Penalise only the weights.
        output layer's penalty left out of the gradient
            dweights[i] + lam * → dweights[i] + (i < len(weights) - 1) * lam *
            you leave λ·w out of the `dw` of the output layer. Add it, because the penalty includes the weights of this
            layer too.
        relu and affine exchanged
            dh = activations.relu_backward(dout, relu) → dout, dw, db = layers.affine_backward(dout, affine)
            dout, dw, db = layers.affine_backward(dh, affine) → dout = activations.relu_backward(dout, relu)
            you go back through the affine layer first and ReLU second. Reverse the order of the forward pass, so that
            ReLU comes first.
        bias gradients before the mask
            dh = activations.relu_backward(dout, relu) → dh, unmasked = activations.relu_backward(dout, relu), dout
            dbiases.insert(0, db) → dbiases.insert(0, unmasked.sum(axis=0))
            you sum the gradients of the hidden biases before ReLU has masked them. Pass the gradient back through ReLU
            first.
        mask on the scores
            layers.affine_backward(dscores, last) → layers.affine_backward(dscores * (scores > 0), last)
            you mask the gradient of the scores as if ReLU followed them. Leave the mask out, because the output layer
            has no ReLU.
        not divided by N
            layers.affine_backward(dscores, last) → layers.affine_backward(dscores * len(x), last)
            you make the gradients of the data loss N times too large. Divide them by N, because the data loss is a mean
            over the examples.
        means for the biases
            dweights, dbiases = [dw], [db] → dweights, dbiases = [dw], [db / len(x)]
            dbiases.insert(0, db) → dbiases.insert(0, db / len(x))
            you divide the gradients of the biases by N. Take sums over the examples, because the gradient of the scores
            is already divided by N.
        divided by N once more
            layers.affine_backward(dscores, last) → layers.affine_backward(dscores / len(x), last)
            you divide the gradients of the data loss by N a second time. Divide only once, as
            `mine.softmax_cross_entropy` already does.
        biases of the hidden layers left out
            weights[i], biases[i]) → weights[i], 0 * biases[i])
            you leave out the biases of the hidden layers. Add each layer's bias in its affine part, before ReLU.
        bias of the scores left out
            biases[-1]) → 0 * biases[-1])
            you leave out the bias of the output layer. Add it, as in the other layers.
        small number in the logarithm
            loss, dscores = → p = np.exp(scores - scores.max(axis=1, keepdims=True)) ⏎ loss, dscores =
            [dw], [db] → [dw], [db] ⏎ loss = -float(np.log(p[range(len(y)), y] / p.sum(axis=1) + 1e-12).mean())
            you add a small number inside the logarithm, or raise small probabilities to it. This caps the loss (at 27.6
            for each example if the number is 10⁻¹²). Use `mine.softmax_cross_entropy`, or compute ln p as the shifted
            score minus the logarithm of the sum of the exponentials.
        softmax without shift
            biases[-1]) → biases[-1]) ⏎ p = np.exp(scores) ⏎ p = p / p.sum(axis=1, keepdims=True)
            loss, dscores = → D = (p - np.eye(p.shape[1])[y]) / len(y) ⏎ loss, dscores =
            losses.softmax_cross_entropy(scores, y) → -np.log(p[range(len(y)), y]).mean(), D
            you pass the scores to `np.exp` unchanged, so scores in the thousands give NaN. Use
            `mine.softmax_cross_entropy`, or first subtract the largest score of each row.
        softmax without shift, NumPy alone
            biases[-1]) → biases[-1]) ⏎ p = np.exp(scores) ⏎ p = p / p.sum(axis=1, keepdims=True)
            loss, dscores = → D = (p - np.eye(p.shape[1])[y]) / len(y) ⏎ loss, dscores =
            losses.softmax_cross_entropy(scores, y) → -np.log(p[range(len(y)), y]).mean(), D
            layers.affine_backward(dscores, last) → D @ weights[-1].T, out.T @ D, D.sum(axis=0)
            activations.relu_backward(dout, relu) → dout * (relu > 0)
            layers.affine_backward(dh, affine) → dh @ affine[1].T, affine[0].T @ dh, dh.sum(axis=0)
            you pass the scores to `np.exp` unchanged, so scores in the thousands give NaN. Use
            `mine.softmax_cross_entropy`, or first subtract the largest score of each row.
    """,
)


def _runs(rng: Generator) -> Cases:
    yield case("one hidden layer, 5 steps", *draw(rng, 6, (3, 5, 4)), 0.3, 5)
    yield case("two hidden layers, 8 steps", *draw(rng, 6, (4, 5, 4, 3)), 0.1, 8)
    while True:  # a rise before the last step, a lower loss than the last one, and so small that rounding stays small
        arguments = (*draw(rng, 5, (3, 4, 3)), 3.0, 4)
        found = references.train_mlp(*arguments)[0]
        if np.diff(found)[:-1].max() > 0.1 and found.argmin() < len(found) - 1 and found.max() < 10:
            break
    yield case("a learning rate at which the loss rises", *arguments)


def _single_steps(rng: Generator) -> Cases:
    yield case("a single step", *draw(rng, 5, (3, 4, 3)), 0.5, 1)
    yield case("a learning rate of 0", *draw(rng, 5, (3, 4, 3)), 0.0, 3)


train_mlp = Exercise(
    references.train_mlp,
    points=8,
    minutes=12,
    difficulty=2,
    covers="sign one smallest",
    importance="core",
    builds_on=("mlp_loss",),
    checks=(
        Values("Losses and parameters after some steps", 6.5, _runs),
        Values("A single step, and a learning rate of 0", 1.5, _single_steps),
    ),
    slips="""
        loss after the last step, too
            return np.array(found), → return np.array([*found, mlp_loss(x, y, weights, biases, 0.0)[0]]),
            you also record the loss after the last step. Record only one loss for each step, *before* you take the
            step.
        initial parameters returned
            found = [] → found, first = [], (weights, biases)
            return np.array(found), weights, biases → return np.array(found), *first
            you return the initial weights and biases. Return the weights and biases after the last step.
        parameters of the lowest loss
            found = [] → found, best = [], None
            found.append(loss) → found.append(loss) ⏎ if loss == min(found): best = weights, biases
            return np.array(found), weights, biases → return np.array(found), *best
            you return the parameters with the lowest recorded loss. Return the weights and biases after the last step.
        uphill
            weights[i] - lr * dweights[i] → weights[i] + lr * dweights[i]
            biases[i] - lr * dbiases[i] → biases[i] + lr * dbiases[i]
            you add the gradient, so the loss rises. Subtract it, because the gradient points uphill.
        biases stay
            biases = [biases[i] - lr * dbiases[i] for i in range(len(biases))] → pass
            you never update the biases. Update them in the same way as the weights.
        weights stay
            weights = [weights[i] - lr * dweights[i] for i in range(len(weights))] → pass
            you never update the weights. Update them in the same way as the biases.
        first layer stays
            weights[i] - lr * dweights[i] for → weights[i] - lr * dweights[i] * (i > 0) for
            you never update the weights of the first layer. Update the weights of all layers.
        only the last layer learns
            weights[i] - lr * dweights[i] for → weights[i] - lr * dweights[i] * (i == len(weights) - 1) for
            biases[i] - lr * dbiases[i] for → biases[i] - lr * dbiases[i] * (i == len(biases) - 1) for
            you update only the last layer. Update all layers.
        divided by N once more
            weights[i] - lr * dweights[i] → weights[i] - lr / len(x) * dweights[i]
            biases[i] - lr * dbiases[i] → biases[i] - lr / len(x) * dbiases[i]
            you divide the steps by N. Subtract `lr` times the gradient, because the loss is already a mean.
        learning rate missing
            weights[i] - lr * dweights[i] → weights[i] - dweights[i]
            biases[i] - lr * dbiases[i] → biases[i] - dbiases[i]
            you leave the learning rate out of the step. Multiply the gradient by `lr`.
        learning rate missing for the biases
            biases[i] - lr * dbiases[i] → biases[i] - dbiases[i]
            you leave the learning rate out of the steps of the biases. Multiply their gradient by `lr`.
        gradient for the weights
            weights[i] - lr * dweights[i] → -lr * dweights[i]
            biases[i] - lr * dbiases[i] → -lr * dbiases[i]
            you *replace* the parameters with a step. Add the step to the old weights and biases.
        loss after the step
            found.append(loss) → pass
            range(len(biases))] → range(len(biases))] ⏎ found.append(mlp_loss(x, y, weights, biases, 0.0)[0])
            you record the loss *after* each step. Before each step, record the loss that `mine.mlp_loss` returned.
        one step too many
            range(steps) → range(steps + 1)
            you take one step too many. Take `steps` steps.
        one step too few
            range(steps) → range(1, steps)
            np.array(found) → np.array([*found, mlp_loss(x, y, weights, biases, 0.0)[0]])
            the losses are right, but you leave out the last step. Take one step for each loss.
        one step
            range(len(biases))] → range(len(biases))] ⏎ return np.array(found), weights, biases
            you take only one step, as with `return` inside the loop. Take all `steps` steps, and return after the loop.
        stops when the loss rises
            found.append(loss) → found.append(loss) ⏎ if len(found) > 1 and found[-1] > found[-2]: break
            you stop as soon as the loss rises, so later losses are missing. Take all `steps` steps, and return one loss
            for each.
        loss and gradient of the start
            found = [] → found, start = [], mlp_loss(x, y, weights, biases, 0.0)
            loss, dweights, dbiases = mlp_loss(x, y, weights, biases, 0.0) → loss, dweights, dbiases = start
            you compute the loss and the gradients once, at the initial parameters, and use them in every step. Call
            `mine.mlp_loss` inside the loop.
        each step from the start
            found = [] → found, start = [], (weights, biases)
            mlp_loss(x, y, weights, biases, 0.0) → mlp_loss(x, y, *start, 0.0)
            weights = [weights[i] - → weights = [start[0][i] -
            biases = [biases[i] - → biases = [start[1][i] -
            you start each step from the initial parameters. Continue from the weights and biases after the previous
            step.
        gradient of the start
            found = [] → found, start = [], (weights, biases)
            mlp_loss(x, y, weights, biases, 0.0) → mlp_loss(x, y, *start, 0.0)
            found.append(loss) → found.append(mlp_loss(x, y, weights, biases, 0.0)[0])
            you use the gradient at the initial parameters in every step. Compute it at the current parameters in each
            step.
        last loss alone
            np.array(found) → np.array(found[-1:])
            you return only the last loss. Return one loss for each step.
        penalised
            weights, biases, 0.0) → weights, biases, 0.1)
            you add a penalty to the loss. Call `mine.mlp_loss` with λ = 0.
        in place
            weights[i] - lr * dweights[i] → np.subtract(weights[i], lr * dweights[i], out=weights[i])
            biases[i] - lr * dbiases[i] → np.subtract(biases[i], lr * dbiases[i], out=biases[i])
            all values are right, but you change the caller's lists or the arrays in them. Make new lists of new arrays,
            because copying a list does not copy its arrays.
    """,
)
