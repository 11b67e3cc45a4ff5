"""Exercises on units: the shape of a loss, and the layer for raw inputs that equals one for standardised inputs."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import references
from .draws import away_from_0, table


def _tables(rng: Generator) -> Cases:
    for n, d in ((9, 3), (30, 2), (12, 4)):
        yield case(f"x of shape ({n}, {d})", table(rng, n, d))


def _one_feature(rng: Generator) -> Cases:
    x = rng.uniform(1.5, 3, (4, 1))
    yield case("one centred feature: the square of its size", np.concatenate([x, -x]))


def _same_for_turned(call: Function, rng: Generator) -> None:
    x = table(rng, 20, 3)
    x = x - x.mean(axis=0)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    first, second = float(call(x)), float(call(x @ turn))
    if not np.isclose(first, second, rtol=1e-6):
        raise Violation("a turned cloud gets another number", f"{first:.6g}, turned {second:.6g}")


condition_number = Exercise(
    references.condition_number,
    points=7,
    minutes=10,
    difficulty=3,
    checks=(
        Values("Tables", 4, _tables),
        Values("A single feature", 1, _one_feature),
        Property("The same for a turned cloud", 1, _same_for_turned),
    ),
    slips="""
        bias forgotten
            np.column_stack([x, np.ones(len(x))]) → x
            the bias has a curvature, too: put a column of ones beside x.
        bias column of zeros
            np.ones(len(x)) → np.zeros(len(x))
            the column beside x is of zeros. A bias multiplies 1 in each row.
        centred first
            np.column_stack([x, → np.column_stack([x - x.mean(axis=0),
            you subtract the mean first. The question is how `x` is as it comes.
        examples for features
            a.T @ a → a @ a.T
            `a @ a.T` compares examples, (N, N). The curvatures are those of the weights: `a.T @ a`.
        upside down
            curvatures[-1] / curvatures[0] → curvatures[0] / curvatures[-1]
            this is the smallest over the largest: turn it round. (`eigvalsh` sorts from small to
            large, `svd` from large to small.)
        difference
            curvatures[-1] / curvatures[0] → curvatures[-1] - curvatures[0]
            this is the difference of the curvatures, their *ratio* is asked.
        root
            curvatures[-1] / curvatures[0] → np.sqrt(curvatures[-1] / curvatures[0])
            this is the root: the condition number of the data. The loss has its square.
        squared once more
            curvatures[-1] / curvatures[0] → (curvatures[-1] / curvatures[0]) ** 2
            this is the square of the condition number: AᵀA has the squares of A's singular values already.
        largest alone
            curvatures[-1] / curvatures[0] → curvatures[-1]
            this is the largest curvature: divide by the smallest.
        by the second
            / curvatures[0] → / curvatures[1]
            you divide by the second smallest curvature.
        diagonal
            np.linalg.eigvalsh(a.T @ a) → np.sort(np.diag(a.T @ a))
            these are the curvatures along the axes. The steepest direction may lie askew: take the eigenvalues.
        standardised first
            np.column_stack([x, → np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0),
            you standardise first. The question is how `x` is as it comes.
    """,
)


def _layer(rng: Generator, d: int, m: int) -> tuple[FloatArray, ...]:
    """w (d, m), b (m,), mean (d,) and scale (d,)."""
    return rng.normal(size=(d, m)), away_from_0(rng, m), away_from_0(rng, d), rng.uniform(1.5, 4, d)


def _layers(rng: Generator) -> Cases:
    for d, m in ((4, 3), (2, 5)):
        yield case(f"w of shape ({d}, {m})", *_layer(rng, d, m))


def _same_outputs(call: Function, rng: Generator) -> None:
    w, b, mean, scale = _layer(rng, 4, 3)
    x = rng.normal(size=(6, 4))
    raw_w, raw_b = (np.asarray(v, dtype=float) for v in call(w, b, mean, scale))
    if raw_w.shape != w.shape:
        raise Violation("the new weights do not have the shape of w", f"{raw_w.shape}, not {w.shape}")
    one, two = x @ raw_w + raw_b, (x - mean) / scale @ w + b
    if one.shape != two.shape or not np.allclose(one, two, rtol=1e-9, atol=1e-9):
        raise Violation(
            "raw inputs do not get the outputs of standardised ones", f"{one.flat[0]:.6g}, not {two.flat[0]:.6g}"
        )


unscale_weights = Exercise(
    references.unscale_weights,
    points=7,
    minutes=12,
    difficulty=3,
    importance="extra",
    checks=(
        Values("Weights and biases", 3, _layers),
        Values("A square layer", 1, lambda rng: [case("D = M = 3", *_layer(rng, 3, 3))]),
        Property("The same outputs from raw inputs", 2, _same_outputs),
    ),
    slips="""
        multiplied by the scale
            w / scale → w * scale
            the weights are multiplied by the scale. Standardising divides x by it, so the weights are divided, too.
        columns scaled
            w / scale[:, np.newaxis] → w / scale
            the scale belongs to the *inputs*, the rows of w: a column, `scale[:, np.newaxis]`, divides row by row.
        turned about
            w / scale[:, np.newaxis] → (w.T / scale).T[:, ::-1]
            the columns of w come out in another order.
        weights left as they were
            raw_w = w / scale[:, np.newaxis] → raw_w = w
            the weights are the old ones: each sees x in a unit that is `scale` times as small, so it is divided.
        bias left as it was
            b - mean @ raw_w → b
            the bias is the old one. What the mean was worth, `mean @ raw_w`, must come off it.
        other way round
            w / scale → w * scale
            b - mean @ raw_w → b + mean @ w
            this is the way from raw inputs to standardised ones. Asked is the way back: divide, and take the mean's
            part off.
        mean not scaled
            mean @ raw_w → mean @ w
            the mean is taken through the old weights. It is subtracted before the division, so it is divided, too:
            `mean @ (w / scale)`.
        mean added
            b - mean → b + mean
            the mean's part is added to the bias. Standardising subtracts it.
        old bias forgotten
            b - mean @ raw_w → -mean @ raw_w
            the old bias, `b`, is lost.
        bias divided
            b - mean @ raw_w → (b - mean @ w) / scale.mean()
            the bias is divided by a scale. It is added after the division, in the unit of the outputs.
        scale divided twice
            b - mean @ raw_w → b - mean / scale @ raw_w
            the mean is divided by the scale twice: `raw_w` holds it already.
        only the weights
            return raw_w, raw_b → return raw_w
            the bias is missing: return both, `raw_w, raw_b`.
        results exchanged
            return raw_w, raw_b → return raw_b, raw_w
            the two results are in the other order: (w, b) is asked.
        scale squared
            scale[:, np.newaxis] → scale[:, np.newaxis] ** 2
            the weights are divided by the square of the scale: x is divided by it once.
        old weights returned
            return raw_w → return w
            the bias is right, but the old weights are returned.
        mean alone
            mean @ raw_w → mean.sum()
            the means are added up. What each is worth is that times the new weight: `mean @ raw_w`.
        w and b changed
            raw_w = w / scale[:, np.newaxis] → raw_w = w ⏎ raw_w /= scale[:, np.newaxis]
            raw_b = b - mean @ raw_w → raw_b = b ⏎ raw_b -= mean @ raw_w
            the values are right, but `/=` and `-=` write into the caller's w and b. Make new arrays.
        w changed
            raw_w = w / scale[:, np.newaxis] → raw_w = w ⏎ raw_w /= scale[:, np.newaxis]
            the values are right, but `/=` writes into the caller's w. Make a new array.
    """,
)
