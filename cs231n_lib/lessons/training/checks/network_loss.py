"""Exercise on building a network from the functions of earlier lessons."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Cases, Exercise, Function, Property, Values, Violation, case

from . import references


def _network(rng: Generator, label: str, sizes: tuple[int, ...], drop_prob: float, strength: float) -> Case:
    n = 9
    x, y = rng.normal(size=(n, sizes[0])), rng.integers(0, sizes[-1], n)
    parameters: list[Any] = []
    statistics: list[Any] = []
    for fan_in, fan_out in pairwise(sizes):
        parameters.append(rng.normal(0, fan_in**-0.5, (fan_in, fan_out)))
        if len(statistics) < len(sizes) - 2:
            parameters += [rng.uniform(0.5, 1.5, fan_out), rng.normal(0.3, 0.3, fan_out)]
            statistics.append((rng.normal(size=fan_out), rng.uniform(0.5, 2, fan_out)))
    parameters.append(rng.normal(0, 0.3, sizes[-1]))
    return case(label, x, y, parameters, statistics, drop_prob, strength, np.random.default_rng(rng.integers(2**32)))


def _all_on(rng: Generator) -> Cases:
    yield _network(rng, "two hidden layers, all parts on", (5, 7, 6, 4), 0.4, 0.3)
    yield _network(rng, "three hidden layers, all parts on", (4, 6, 6, 6, 3), 0.25, 0.1)


def _plain(rng: Generator) -> Cases:
    yield _network(rng, "one hidden layer, nothing dropped, no penalty", (5, 6, 3), 0.0, 0.0)
    yield _network(rng, "as many units as inputs", (6, 6, 6, 6), 0.0, 0.5)
    large = _network(rng, "scores around −2,000", (5, 6, 3), 0.0, 0.0)
    large.args[2][-1] -= 2000
    yield large


def _draws(call: Function, rng: Generator) -> None:
    arguments, seed = _network(rng, "", (5, 7, 4), 0.5, 0.0).args[:-1], int(rng.integers(2**32))
    one, other = (call(*arguments, np.random.default_rng(seed))[0] for _ in range(2))
    if one != other:
        raise Violation("equal generators give different losses. Draw the masks from `rng`, not from np.random")


network_loss = Exercise(
    references.network_loss,
    points=9,
    minutes=30,
    difficulty=4,
    covers="sign one",
    importance="core",
    builds_on=(
        "affine_forward",
        "affine_backward",
        "relu_forward",
        "relu_backward",
        "softmax_cross_entropy",
        "batchnorm_forward",
        "batchnorm_backward",
        "l2",
    ),
    checks=(
        Values("Two and three hidden layers, all parts on", 6.5, _all_on),
        Values("One hidden layer; nothing dropped", 1.5, _plain),
        Property("Draws from the generator given", 1, _draws),
    ),
    slips="""
        mask left out in the backward pass
            relu_backward(dout * mask, relu) → relu_backward(dout, relu)
            your backward pass leaves out dropout. Multiply the gradient by the mask too.
        masks drawn anew in the backward pass
            dout * mask → dout * (rng.random(mask.shape) < 1 - drop_prob) / (1 - drop_prob)
            you draw new masks in the backward pass. Keep those of the forward pass and use them again.
        mask not scaled in the backward pass
            relu_backward(dout * mask, relu) → relu_backward(dout * (mask > 0), relu)
            your backward pass lacks the factor 1/(1 − drop_prob). Multiply the gradient by the scaled mask of the
            forward pass.
        mask not scaled
            .astype(x.dtype) / (1 - drop_prob) → .astype(x.dtype)
            you do not scale the mask, as in vanilla dropout. Divide it by 1 − drop_prob in training.
        keep for drop
            rng.random(active.shape) < 1 - drop_prob → rng.random(active.shape) < drop_prob
            your mask keeps an entry with the probability drop_prob. Keep it with the probability 1 − drop_prob, which
            is the case if its draw is below 1 − drop_prob.
        the other side dropped
            rng.random(active.shape) < 1 - drop_prob → rng.random(active.shape) > drop_prob
            your mask keeps the right number of entries, but not the right ones. Keep an entry if its draw is below 1 −
            drop_prob, as in lesson 07.
        nothing dropped
            out = active * mask → out, mask = active, np.ones_like(active)
            your code drops nothing. Multiply the output of each hidden layer by the mask of lesson 07, and the gradient
            by the same mask in the backward pass.
        mask for a whole unit
            rng.random(active.shape) → rng.random(active.shape[1])
            you draw one mask for the whole batch. Draw a number for each entry of ReLU's output.
        not reversed
            in reversed(caches): → in caches:
            your backward pass visits the layers from the bottom up. Visit them from the top down.
        gradient not handed on
            dout, dw, _ = layers → dout = np.resize(dout, affine[0].shape) ⏎ _, dw, _ = layers
            every hidden layer gets the upstream gradient of the topmost one. Pass each layer the first value that
            `mine.affine_backward` returns for the layer above it.
        ReLU left out in the backward pass
            activations.relu_backward(dout * mask, relu) → dout * mask
            your backward pass skips ReLU. Pass the gradient through `mine.relu_backward`.
        batch norm left out in the backward pass
            dh, dgamma, dbeta = → dh = dnormed ⏎ _, dgamma, dbeta =
            your backward pass skips batch norm. Pass on the first value that `mine.batchnorm_backward` returns.
        γ and β exchanged
            [dw, dgamma, dbeta, *gradients] → [dw, dbeta, dgamma, *gradients]
            you exchanged the gradients of γ and β. Return them in the order of the parameters, w, γ, β.
        gradients in the other order
            return loss, gradients, kept → return loss, gradients[::-1], kept
            your gradients start with the last layer. Return them in the order of the parameters.
        penalty left out of the gradient
            gradients[i] = gradients[i] + dpenalty → pass
            the penalty is in the loss but not in the gradients. Add the second value of `mine.l2`.
        penalty left out of the loss
            loss = loss + penalty → pass
            the penalty is in the gradients but not in the loss. Add the first value of `mine.l2`.
        no penalty
            loss = loss + penalty → pass
            gradients[i] = gradients[i] + dpenalty → pass
            the penalty is missing in the loss and in the gradients. Add both values of `mine.l2`.
        penalty doubled
            gradients[i] + dpenalty → gradients[i] + 2 * dpenalty
            your penalty's gradient is twice as large as it should be. Use λw, the gradient of ½λ Σw².
        everything penalised
            range(0, len(parameters), 3) → range(len(parameters))
            you penalise γ, β and biases too. Penalise only the weights, every third array from the first.
        last layer not penalised
            range(0, len(parameters), 3) → range(0, len(parameters) - 2, 3)
            you do not penalise the weights of the last layer. Penalise every third array from the first.
        last layer alone penalised
            range(0, len(parameters), 3) → range(len(parameters) - 2, len(parameters), 3)
            you penalise only the weights of the last layer. Penalise every third array from the first.
        old statistics returned
            kept.append((mean, var)) → kept.append(statistics[i])
            you return the running statistics that you received. Return the new ones.
        statistics of the last layer alone
            kept.append((mean, var)) → kept = [(mean, var)]
            you return only the statistics of the last hidden layer. Collect a pair for each layer.
        ReLU before batch norm
            layers.batchnorm_forward(h, gamma, → layers.batchnorm_forward(np.maximum(h, 0), gamma,
            you apply a second ReLU before batch norm. Use the order affine, batch norm, ReLU, dropout.
        batch norm after ReLU
            normed, norm, mean, var = → h, relu = activations.relu_forward(h) ⏎ normed, norm, mean, var =
            active, relu = activations.relu_forward(normed) → active = normed
            you apply batch norm after ReLU. Use the order affine, batch norm, ReLU, dropout.
        batch norm after ReLU, in both passes
            normed, norm, mean, var = → h, relu = activations.relu_forward(h) ⏎ normed, norm, mean, var =
            active, relu = activations.relu_forward(normed) → active = normed
            activations.relu_backward(dout * mask, relu) → dout * mask
            layers.affine_backward(dh, affine) → layers.affine_backward(activations.relu_backward(dh, relu), affine)
            you apply batch norm after ReLU. Use the order affine, batch norm, ReLU, dropout, and go back in the
            opposite order.
        β before γ
            w, gamma, beta = parameters → w, beta, gamma = parameters
            you exchange γ and β. The parameters come in the order w, γ, β, and `mine.batchnorm_forward` takes γ before
            β.
        statistics of the first layer
            *statistics[i]) → *statistics[0])
            you give every layer the running statistics of the first. Give each hidden layer its own pair in
            `statistics`.
        x again in each layer
            layers.affine_forward(out, w, → layers.affine_forward(np.resize(x, out.shape), w,
            you give x to every layer. Pass on the output of the layer before it.
        bias of the scores left out
            parameters[-2], parameters[-1]) → parameters[-2], 0 * parameters[-1])
            your scores lack their bias. Add the last parameter.
        softmax without shift
            loss, dscores = → p = np.exp(scores) ⏎ p = p / p.sum(axis=1, keepdims=True) ⏎ loss, dscores =
            losses.softmax_cross_entropy(scores, y) → -np.log(p[range(len(y)), y]).mean(), p / len(y)
            affine_backward(dscores, last) → affine_backward(dscores - np.eye(p.shape[1])[y] / len(y), last)
            you pass the scores to `np.exp` unchanged, so scores in the thousands give NaN. Use
            `mine.softmax_cross_entropy`, or first subtract the largest score of each row.
        divided by N once more
            layers.affine_backward(dscores, last) → layers.affine_backward(dscores / len(x), last)
            you divide the gradients by N twice. Use the gradient of `mine.softmax_cross_entropy` as it is, because it
            is already the gradient of a mean.
    """,
)
