"""Exercises on networks of any depth: scores, loss with all gradients, and descent."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray

from . import references


def draw(rng: Generator, n: int, sizes: tuple[int, ...]) -> list[Any]:
    """x, y, weights and biases, with no input of a ReLU so near 0 that a difference would step over its kink."""
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


mlp_forward = Exercise(
    references.mlp_forward,
    points=10,
    minutes=12,
    difficulty=2,
    importance="core",
    builds_on=("affine_forward", "relu_forward"),
    checks=(
        Values("One and three hidden layers", 5, _stacks),
        Values("No hidden layer; as many units as inputs", 3, _other_stacks),
    ),
    slips="""
        ReLU on the scores
            if i < len(weights) - 1: → if True:
            there is a ReLU on the scores, too. The output layer has no activation here, as scores may be negative.
        no ReLU
            out, _ = activations.relu_forward(out) → pass
            there is no ReLU: affine layers in a row are one affine layer, however many.
        last hidden layer without ReLU
            len(weights) - 1: → len(weights) - 2:
            the last *hidden* layer has no ReLU. Only the output layer has none.
        ReLU after the first layer only
            if i < len(weights) - 1: → if i == 0 and len(weights) > 1:
            ReLU comes after *each* hidden layer, and here only after the first.
        ReLU before the layer
            layers.affine_forward(out, → layers.affine_forward(np.maximum(out, 0),
            if i < len(weights) - 1: → if False:
            ReLU acts on x, before the first layer. The inputs come as they are: first affine, then ReLU.
        x again in each layer
            affine_forward(out, weights[i], biases[i]) → affine_forward(x, weights[i][: x.shape[1]], biases[i])
            each layer reads x again: hand on what the layer before it put out.
        biases left out
            weights[i], biases[i]) → weights[i], 0 * biases[i])
            the biases are missing.
        last bias left out
            weights[i], biases[i]) → weights[i], (i < len(weights) - 1) * biases[i])
            the bias of the output layer is missing: it has one like the others.
        first layer's output
            if i < len(weights) - 1: → if len(weights) == 1: ⏎     return out ⏎ if True:
            out, _ = activations.relu_forward(out) → return activations.relu_forward(out)[0]
            this is what the first layer puts out: `return` inside the loop ends it.
        last hidden layer
            range(len(weights)) → range(max(1, len(weights) - 1))
            this stops one layer early, before the scores.
        output with its cache
            return out → return layers.affine_forward(x, weights[0], biases[0]) if len(weights) == 1 else (out, _)
            scores alone are asked: `mine.affine_forward` returns a pair, take its first.
        softmax
            return out → return np.exp(out) / np.exp(out).sum(axis=1, keepdims=True)
            these are probabilities. Scores are asked; softmax belongs to the loss.
        bias after ReLU
            weights[i], biases[i]) → weights[i], biases[i] * (i == len(weights) - 1))
            out, _ = activations.relu_forward(out) → out = activations.relu_forward(out)[0] + biases[i]
            the biases are added after ReLU. They belong to the affine layer: add them before, so that they move its
            threshold.
        leaky
            out, _ = activations.relu_forward(out) → out = np.maximum(0.01 * out, out)
            this ReLU leaks: below 0 it is 0, and not a hundredth of h.
    """,
)


def _penalized(rng: Generator) -> Cases:
    for sizes, lam in (((3, 5, 4), 0.3), ((4, 6, 5, 3), 1.5)):
        yield case(f"{_named(sizes)}, λ = {lam:g}", *draw(rng, 6, sizes), lam)


def _plain(rng: Generator) -> Cases:
    yield case("λ = 0, three hidden layers", *draw(rng, 5, (3, 6, 5, 6, 3)), 0.0)
    yield case("no hidden layer", *draw(rng, 5, (4, 3)), 0.5)
    yield case("as many units as inputs and examples", *draw(rng, 4, (4, 4, 4, 4)), 0.2)


def _gradients(call: Function, rng: Generator) -> None:
    x, y, weights, biases = draw(rng, 5, (3, 5, 4, 3))
    _, dweights, dbiases = call(x, y, weights, biases, 0.4)
    for name, parts, found in (("dweights", weights, dweights), ("dbiases", biases, dbiases)):
        if len(found) != len(parts):
            raise Violation(f"`{name}` has not one array for each layer", f"{len(found)} for {len(parts)} layers")
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
        raise Violation("with all weights 0 the loss is not ln K", f"K = 5: {float(loss):.6g}, not {np.log(5):.6g}")


mlp_loss = Exercise(
    references.mlp_loss,
    points=16,
    minutes=30,
    difficulty=4,
    importance="core",
    builds_on=("affine_forward", "relu_forward", "softmax_cross_entropy", "affine_backward", "relu_backward"),
    checks=(
        Values("Loss and gradients with a penalty", 5, _penalized),
        Values("Without penalty; without hidden layer; as many units as inputs", 3, _plain),
        Property("Each gradient against the numerical one", 4, _gradients),
        Property("Loss ln K while all weights are 0", 1, _chance),
    ),
    slips="""
        ReLU forgotten on the way back
            activations.relu_backward(dout, relu) → dout
            the gradient passes ReLU unhindered on its way back: lead it through `mine.relu_backward` first.
        ReLU forgotten altogether
            out, relu = activations.relu_forward(h) → out, relu = h, h
            activations.relu_backward(dout, relu) → dout
            there is no ReLU: affine layers in a row are one affine layer, however many.
        mask from the gradient
            activations.relu_backward(dout, relu) → dout * (dout > 0)
            the mask looks at the sign of the *gradient*: what counts is the sign on the way forward, in the cache.
        ReLU on the scores
            biases[-1]) → biases[-1]) ⏎ scores, top = activations.relu_forward(scores)
            affine_backward(dscores, last) → affine_backward(dscores * (top > 0), last)
            there is a ReLU on the scores, too: the output layer has none.
        ReLU on the scores, one way
            biases[-1]) → biases[-1]) ⏎ scores, _ = activations.relu_forward(scores)
            there is a ReLU on the scores, too: the output layer has none.
        not reversed
            in reversed(caches): → in caches:
            the way back goes through the layers in the *other* order: `reversed(caches)`.
        gradients in the other order
            dweights.insert(0, dw) → dweights.append(dw)
            dbiases.insert(0, db) → dbiases.append(db)
            dweights[i] = dweights[i] → dweights[-1 - i] = dweights[-1 - i]
            the gradients are in the other order, last layer first: turn the lists round.
        biases in the other order
            dbiases.insert(0, db) → dbiases.append(db)
            `dbiases` is in the other order, last layer first.
        output layer's gradient missing
            dweights, dbiases = [dw], [db] → dweights, dbiases = [0 * dw], [0 * db]
            the gradients of the output layer are missing.
        always the last layer's
            layers.affine_backward(dh, affine) → layers.affine_backward(dh, caches[0][0])
            one layer's cache is used for all: each layer has its own.
        gradient not handed on
            dh = activations.relu_backward(dout, relu) → dh = activations.relu_backward(dout, relu) ⏎ keep = dout
            dweights.insert(0, dw) → dout = np.resize(keep, dout.shape) ⏎ dweights.insert(0, dw)
            the layers below get the gradient of the layer above, and not what went through it: overwrite `dout` at each
            layer.
        penalty left out of the gradient
            dweights[i] + lam * weights[i] → dweights[i]
            the penalty is in the loss and not in the gradient: each of `dweights` needs λ·w.
        gradient overwritten by the penalty
            dweights[i] + lam * weights[i] → lam * weights[i]
            the penalty's gradient has overwritten that of the data: add both.
        ½ missing in the penalty
            0.5 * lam → lam
            the penalty is twice too large in the loss: it is *half* λ times the squares.
        penalty without ½, in itself
            0.5 * lam → lam
            dweights[i] + lam * → dweights[i] + 2 * lam *
            this penalty has no ½, in the loss as in the gradient. Here it is ½λ times the squares.
        factor 2 in the penalty's gradient
            dweights[i] + lam * → dweights[i] + 2 * lam *
            the ½ of the penalty cancels the 2 of the square: its gradient is λ·w.
        half of the penalty's gradient
            dweights[i] + lam * → dweights[i] + 0.5 * lam *
            the ½ of the penalty cancels against the 2 of the square: its gradient is λ·w, not ½λ·w.
        penalty left out of the loss
            loss += 0.5 * lam * float(np.sum(weights[i] ** 2)) → pass
            the gradients hold the penalty, the loss does not: add ½λ times the squares of all weights.
        no penalty at all
            loss += 0.5 * lam * float(np.sum(weights[i] ** 2)) → pass
            dweights[i] + lam * weights[i] → dweights[i]
            the penalty is missing, in the loss and in the gradients.
        one weight penalised
            0.5 * lam * float → 0.5 * lam * (i == len(weights) - 1) * float
            dweights[i] + lam * → dweights[i] + (i == len(weights) - 1) * lam *
            the penalty is on the last layer's weights alone: all layers' weights belong to it.
        biases penalised
            np.sum(weights[i] ** 2)) → np.sum(weights[i] ** 2) + np.sum(biases[i] ** 2))
            dweights[i] = → dbiases[i] = dbiases[i] + lam * biases[i] ⏎ dweights[i] =
            the biases are penalised, too: only the weights are.
        output layer's penalty left out of the gradient
            dweights[i] + lam * → dweights[i] + (i < len(weights) - 1) * lam *
            the last of `dweights` lacks its λ·w: the penalty is on the output layer's weights, too.
        relu and affine exchanged
            dh = activations.relu_backward(dout, relu) → dout, dw, db = layers.affine_backward(dout, affine)
            dout, dw, db = layers.affine_backward(dh, affine) → dout = activations.relu_backward(dout, relu)
            on the way back ReLU comes first and the affine layer after it: the other order than forward.
        mask on the scores
            layers.affine_backward(dscores, last) → layers.affine_backward(dscores * (scores > 0), last)
            a ReLU's mask acts on the gradient of the scores, after which there is no ReLU.
        not divided by N
            layers.affine_backward(dscores, last) → layers.affine_backward(dscores * len(x), last)
            the data's part of the gradients is N times too large: the loss is a mean over the examples.
        means for the biases
            dweights, dbiases = [dw], [db] → dweights, dbiases = [dw], [db / len(x)]
            dbiases.insert(0, db) → dbiases.insert(0, db / len(x))
            the gradients of the biases are means over the examples. They are sums: `dscores` is divided by N already.
        divided by N once more
            layers.affine_backward(dscores, last) → layers.affine_backward(dscores / len(x), last)
            the gradients are divided by N once more: `dscores` is that of a mean already.
        biases of the hidden layers left out
            weights[i], biases[i]) → weights[i], 0 * biases[i])
            the hidden layers lack their biases.
        bias of the scores left out
            biases[-1]) → 0 * biases[-1])
            the scores lack their biases.
    """,
)


def _runs(rng: Generator) -> Cases:
    yield case("one hidden layer, 5 steps", *draw(rng, 6, (3, 5, 4)), 0.3, 5)
    yield case("two hidden layers, 8 steps", *draw(rng, 6, (4, 5, 4, 3)), 0.1, 8)


def _single_steps(rng: Generator) -> Cases:
    yield case("a single step", *draw(rng, 5, (3, 4, 3)), 0.5, 1)
    yield case("a rate of 0", *draw(rng, 5, (3, 4, 3)), 0.0, 3)


train_mlp = Exercise(
    references.train_mlp,
    points=8,
    minutes=12,
    difficulty=2,
    importance="core",
    builds_on=("mlp_loss",),
    checks=(
        Values("Losses and parameters after some steps", 5, _runs),
        Values("A single step, and a rate of 0", 3, _single_steps),
    ),
    slips="""
        uphill
            weights[i] - lr * dweights[i] → weights[i] + lr * dweights[i]
            biases[i] - lr * dbiases[i] → biases[i] + lr * dbiases[i]
            this goes uphill: the gradient points where the loss *rises*, so subtract.
        biases stay
            biases = [biases[i] - lr * dbiases[i] for i in range(len(biases))] → pass
            the biases are never updated: they take a step like the weights.
        weights stay
            weights = [weights[i] - lr * dweights[i] for i in range(len(weights))] → pass
            the weights are never updated.
        first layer stays
            weights[i] - lr * dweights[i] for → weights[i] - lr * dweights[i] * (i > 0) for
            the weights of the first layer are never updated.
        only the last layer learns
            weights[i] - lr * dweights[i] for → weights[i] - lr * dweights[i] * (i == len(weights) - 1) for
            biases[i] - lr * dbiases[i] for → biases[i] - lr * dbiases[i] * (i == len(biases) - 1) for
            only the last layer takes its step: all layers do.
        divided by N once more
            weights[i] - lr * dweights[i] → weights[i] - lr / len(x) * dweights[i]
            biases[i] - lr * dbiases[i] → biases[i] - lr / len(x) * dbiases[i]
            the steps are divided by N. The loss is a mean already: a step is `lr` times the gradient.
        rate missing
            weights[i] - lr * dweights[i] → weights[i] - dweights[i]
            biases[i] - lr * dbiases[i] → biases[i] - dbiases[i]
            the learning rate is missing: a step is `lr` times the gradient.
        rate missing for the biases
            biases[i] - lr * dbiases[i] → biases[i] - dbiases[i]
            the steps of the biases lack the learning rate.
        gradient for the weights
            weights[i] - lr * dweights[i] → -lr * dweights[i]
            biases[i] - lr * dbiases[i] → -lr * dbiases[i]
            the weights are *replaced* by a step. Add the step to what they were.
        loss after the step
            found.append(loss) → pass
            range(len(biases))] → range(len(biases))] ⏎ found.append(mlp_loss(x, y, weights, biases, 0.0)[0])
            these are the losses *after* each step; asked is the loss before it, which `mine.mlp_loss` has just
            returned.
        one step too many
            range(steps) → range(steps + 1)
            this takes a step too many.
        one step too few
            range(steps) → range(1, steps)
            np.array(found) → np.array([*found, mlp_loss(x, y, weights, biases, 0.0)[0]])
            the losses are right, but the last step is not taken: there is one for each loss.
        one step
            range(len(biases))] → range(len(biases))] ⏎ return np.array(found), weights, biases
            only one step is taken: `return` inside the loop ends it. Move it to the left.
        loss and gradient of the start
            found = [] → found, start = [], mlp_loss(x, y, weights, biases, 0.0)
            loss, dweights, dbiases = mlp_loss(x, y, weights, biases, 0.0) → loss, dweights, dbiases = start
            loss and gradients are computed once, at the start, and used in each step: call `mine.mlp_loss` inside the
            loop.
        each step from the start
            found = [] → found, start = [], (weights, biases)
            mlp_loss(x, y, weights, biases, 0.0) → mlp_loss(x, y, *start, 0.0)
            weights = [weights[i] - → weights = [start[0][i] -
            biases = [biases[i] - → biases = [start[1][i] -
            each step begins at the start again: go on from the weights and biases that the step before it made.
        gradient of the start
            found = [] → found, start = [], (weights, biases)
            mlp_loss(x, y, weights, biases, 0.0) → mlp_loss(x, y, *start, 0.0)
            found.append(loss) → found.append(mlp_loss(x, y, weights, biases, 0.0)[0])
            all steps take the gradient of the start. Where you are it is another one: compute it in each step.
        last loss alone
            np.array(found) → np.array(found[-1:])
            only the last loss is in it: collect one for each step.
        penalised
            weights, biases, 0.0) → weights, biases, 0.1)
            the loss holds a penalty. None is asked: λ = 0.
        in place
            weights[i] - lr * dweights[i] → np.subtract(weights[i], lr * dweights[i], out=weights[i])
            biases[i] - lr * dbiases[i] → np.subtract(biases[i], lr * dbiases[i], out=biases[i])
            all values are right, but the caller's weights are changed: `-=` writes into an array, and
            `weights[i] = …` into the list. Make new ones.
    """,
)
