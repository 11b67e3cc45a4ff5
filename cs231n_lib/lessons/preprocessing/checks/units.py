"""Exercises on units: the condition number of a loss, and a layer converted to raw inputs."""

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
    yield case("one centred feature", np.concatenate([x, -x]))
    yield case("one centred feature with small values", 1e-4 * np.concatenate([x, -x]))


def _same_for_turned(call: Function, rng: Generator) -> None:
    x = table(rng, 20, 3)
    x = x - x.mean(axis=0)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    first, second = float(call(x)), float(call(x @ turn))
    if not np.isclose(first, second, rtol=1e-6):
        raise Violation("the number changes if the cloud is rotated", f"{first:.6g}, rotated {second:.6g}")


condition_number = Exercise(
    references.condition_number,
    points=7,
    minutes=10,
    difficulty=3,
    covers="sign tiny",
    checks=(
        Values("Tables", 4, _tables),
        Values("A single feature", 1, _one_feature),
        Property("The same for a rotated cloud", 1, _same_for_turned),
    ),
    slips="""
        bias forgotten
            np.column_stack([x, np.ones(len(x))]) → x
            you leave out the bias, although the loss is curved along it too. Put a column of ones beside x.
        bias column of zeros
            np.ones(len(x)) → np.zeros(len(x))
            you put a column of zeros beside x. Use ones, because the bias is multiplied by 1 in each row.
        centred first
            np.column_stack([x, → np.column_stack([x - x.mean(axis=0),
            you subtract the mean first. Use `x` as it is.
        examples for features
            a.T @ a → a @ a.T
            you compute AAᵀ, which has the shape (N, N) and compares examples. Compute AᵀA, because the curvatures
            belong to the weights.
        upside down
            curvatures[-1] / curvatures[0] → curvatures[0] / curvatures[-1]
            you divide the smallest curvature by the largest. Divide the largest by the smallest, which comes first in
            `eigvalsh` and last in `svd`.
        difference
            curvatures[-1] / curvatures[0] → curvatures[-1] - curvatures[0]
            you return the difference of the curvatures. Return their *ratio*.
        root
            curvatures[-1] / curvatures[0] → np.sqrt(curvatures[-1] / curvatures[0])
            you return the condition number of the data. Return its square, the condition number of the loss.
        squared once more
            curvatures[-1] / curvatures[0] → (curvatures[-1] / curvatures[0]) ** 2
            you square the condition number, but the eigenvalues of AᵀA are squares of singular values already. Return
            the ratio of the eigenvalues.
        largest alone
            curvatures[-1] / curvatures[0] → curvatures[-1]
            you return the largest curvature. Divide it by the smallest.
        by the second
            / curvatures[0] → / curvatures[1]
            you divide by the second-smallest curvature. Divide by the smallest.
        weights and bias apart
            curvatures = → hessian = a.T @ a ⏎ hessian[-1, :-1] = hessian[:-1, -1] = 0 ⏎ curvatures =
            eigvalsh(a.T @ a) → eigvalsh(hessian)
            you leave out the second derivatives between the weights and the bias, which in AᵀA/N are the means of the
            features. Compute the whole matrix AᵀA, where A has the column of ones.
        diagonal
            np.linalg.eigvalsh(a.T @ a) → np.sort(np.diag(a.T @ a))
            you take the curvatures along the axes, but the steepest direction may lie between them. Take the
            eigenvalues of AᵀA.
        standardised first
            np.column_stack([x, → np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0),
            you standardise first. Use `x` as it is.
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
            "raw and standardised inputs give different outputs", f"{one.flat[0]:.6g}, not {two.flat[0]:.6g}"
        )


unscale_weights = Exercise(
    references.unscale_weights,
    points=7,
    minutes=12,
    difficulty=3,
    covers="sign features one",
    importance="extra",
    checks=(
        Values("Weights and biases", 4, _layers),
        Values("A square layer", 1, lambda rng: [case("D = M = 3", *_layer(rng, 3, 3))]),
        Property("The same outputs from raw inputs", 1, _same_outputs),
    ),
    slips="""
        multiplied by the scale
            w / scale → w * scale
            you multiply the weights by the scale. Divide them by it, because standardising divides x by the scale.
        columns scaled
            w / scale[:, np.newaxis] → w / scale
            you divide the columns of w by the scale, but each scale belongs to an *input*, a row of w. Make the scale a
            column with `scale[:, np.newaxis]`.
        columns reversed
            w / scale[:, np.newaxis] → (w.T / scale).T[:, ::-1]
            you return the columns of w in another order. Keep their order.
        weights left as they were
            raw_w = w / scale[:, np.newaxis] → raw_w = w
            you return the old weights, which belong to inputs divided by the scale. Divide each row of w by its scale,
            and use these new weights for the bias too.
        bias left as it was
            b - mean @ raw_w → b
            you return the old bias. Subtract the mean times the new weights from it.
        other way round
            w / scale → w * scale
            b - mean @ raw_w → b + mean @ w
            you convert from raw to standardised inputs. Convert in the other direction by dividing each row of w by its
            scale and subtracting the mean times these *new* weights from the bias.
        mean not scaled
            mean @ raw_w → mean @ w
            you multiply the mean by the old weights. Multiply it by the new ones, because the mean is divided by the
            scale too.
        mean added
            b - mean → b + mean
            you add the mean's contribution to the bias. Subtract it, because standardising subtracts the mean.
        old bias forgotten
            b - mean @ raw_w → -mean @ raw_w
            you leave out the old bias. Start from `b`.
        bias divided
            b - mean @ raw_w → (b - mean @ w) / scale.mean()
            you divide the bias by the mean of the scales. Do not divide it, but subtract the mean times the *new*
            weights from it. They already contain the division.
        scale divided twice
            b - mean @ raw_w → b - mean / scale @ raw_w
            you divide by the scale twice in the bias. Divide once, because the new weights already contain the
            division.
        only the weights
            return raw_w, raw_b → return raw_w
            you return only the weights. Return both the weights and the bias.
        results exchanged
            return raw_w, raw_b → return raw_b, raw_w
            you return the results in the wrong order. Return (w, b).
        scale squared
            scale[:, np.newaxis] → scale[:, np.newaxis] ** 2
            you divide the weights by the square of the scale. Divide by the scale itself.
        old weights returned
            return raw_w → return w
            you compute the right bias but return the old weights. Return the new ones.
        mean over scale alone
            mean @ raw_w → np.sum(mean / scale)
            you subtract the sum of mean / scale from each bias. Multiply each quotient by its weight in `w` before you
            add them up.
        mean alone
            mean @ raw_w → mean.sum()
            you add up the means. Multiply each mean by its new weight first.
        w and b changed
            raw_w = w / scale[:, np.newaxis] → raw_w = w ⏎ raw_w /= scale[:, np.newaxis]
            raw_b = b - mean @ raw_w → raw_b = b ⏎ raw_b -= mean @ raw_w
            the values are right, but you change the caller's w and b in place, as `/=` and `-=` do. Make new arrays.
        w changed
            raw_w = w / scale[:, np.newaxis] → raw_w = w ⏎ raw_w /= scale[:, np.newaxis]
            the values are right, but you change the caller's w in place, as `/=` does. Make a new array.
    """,
)
