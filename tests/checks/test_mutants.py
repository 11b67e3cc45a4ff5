"""Every one-token slip of every reference loses points, on three seeds, or is known to be no slip at all."""

import pytest
from checks.mutants import SEEDS, SLUGS, exercises, judged, mutants
from lessons.battery import brought

JUDGED = ("optimization", "backpropagation")
"""The lessons all of whose slips are tried here; the others follow one by one."""

N = "the same number of examples"
SHAPE = "the same shape"
WRITTEN = "every entry is written"
NUMBER = "a NumPy number is a number"
SIZE = "only the size of the difference counts"
ORDER = "the order does not matter"
INTEGERS = "a product with float scores is float"
TWICE = "the sigmoid returns its output twice"
EQUAL = "equal numbers on the way: a sum passes a gradient on"
EQUIVALENT: dict[str, dict[str, str]] = {
    "numerical_gradient": {"f_x = f(x)": "f leaves x as it is", "for i in np.ndindex(dx.shape):": SHAPE},
    "numerical_gradient_centered": {"for i in np.ndindex(dx.shape):": SHAPE},
    "complex_step_gradient": {"dx = np.ones(x.shape)": WRITTEN, "for i in np.ndindex(dx.shape):": SHAPE},
    "find_kinks": {
        "kinks = np.ones(x.shape, dtype=bool)": WRITTEN,
        "for i in np.ndindex(kinks.shape):": SHAPE,
        "kinks[i] = abs(right - left) >= 0.01 * max(1, abs(right), abs(left))": "no case is at the threshold",
        "kinks[i] = abs(left - right) > 0.01 * max(1, abs(right), abs(left))": SIZE,
    },
    "least_squares_loss": {
        "loss = np.mean(0.5 * residual ** 2)": NUMBER,
        "dw = x.T @ residual / len(residual)": N,
        "dw = x.T @ residual / len(x)": N,
    },
    "ridge_loss": {
        "loss = 0.5 * np.mean(residual ** 2) + 0.5 * lam * np.sum(w[1:] ** 2)": NUMBER,
        "dw = x.T @ residual / len(residual)": N,
        "dw = x.T @ residual / len(x)": N,
    },
    "gradient_noise": {
        "distances = full - per_example[batches].mean(axis=1)": SIZE,
        "return np.sqrt(np.mean(np.sum(distances ** 2, axis=1)))": NUMBER,
    },
    "difference_errors": {
        "errors = np.ones(len(steps))": WRITTEN,
        "slope = (f(x + h) - f(x)) / step": "steps are powers of two, the same number in either precision",
        "errors[i] = abs(exact - slope) / abs(exact)": SIZE,
    },
    "relative_error": {
        "scale = np.maximum(np.abs(b), np.abs(a))": ORDER,
        "return np.abs(b - a) / np.where(scale == 0, 1, scale)": SIZE,
        "return np.abs(a - b) / np.where(scale == 0, 2, scale)": "0 divided by any number is 0",
    },
    "binary_cross_entropy": {
        "targets = y": INTEGERS,
        "targets = y.astype(y.dtype)": INTEGERS,
        "loss = np.mean(np.logaddexp(0, (1 - 2 * targets) * scores))": NUMBER,
        "loss = float(np.mean(np.logaddexp((1 - 2 * targets) * scores, 0)))": ORDER,
        "loss = float(np.mean(np.logaddexp(0, (1 - 2 * y) * scores)))": INTEGERS,
        "return (loss, (_ - targets) / len(y))": TWICE,
        "return (loss, (probability - y) / len(y))": INTEGERS,
        "return (loss, (probability - targets) / len(_))": N,
        "return (loss, (probability - targets) / len(probability))": N,
        "return (loss, (probability - targets) / len(scores))": N,
        "return (loss, (probability - targets) / len(targets))": N,
    },
    "softmax_cross_entropy": {
        "rows = np.arange(len(scores))": N,
        "loss = -log_probabilities[rows, y].mean()": NUMBER,
        "return (loss, dscores / len(dscores))": N,
        "return (loss, dscores / len(log_probabilities))": N,
        "return (loss, dscores / len(rows))": N,
        "return (loss, dscores / len(scores))": N,
        "return (loss, dscores / len(shifted))": N,
    },
    "huber_loss": {
        "near = size < delta": "at the limit both parts agree",
        "loss = np.sum(np.where(near, 0.5 * residual ** 2, delta * (size - 0.5 * delta))) / len(y)": NUMBER,
        "loss = float(np.sum(np.where(near, 0.5 * size ** 2, delta * (size - 0.5 * delta)))) / len(y)": SIZE,
        "loss = float(np.sum(np.where(near, 0.5 * residual ** 2, delta * (size - 0.5 * delta)))) / len(near)": N,
        "loss = float(np.sum(np.where(near, 0.5 * residual ** 2, delta * (size - 0.5 * delta)))) / len(residual)": N,
        "loss = float(np.sum(np.where(near, 0.5 * residual ** 2, delta * (size - 0.5 * delta)))) / len(scores)": N,
        "loss = float(np.sum(np.where(near, 0.5 * residual ** 2, delta * (size - 0.5 * delta)))) / len(size)": N,
        "dscores = np.clip(residual, -delta, delta) / len(near)": N,
        "dscores = np.clip(residual, -delta, delta) / len(residual)": N,
        "dscores = np.clip(residual, -delta, delta) / len(scores)": N,
        "dscores = np.clip(residual, -delta, delta) / len(size)": N,
    },
    "l1_loss": {
        "return (np.sum(np.abs(residual)) / len(y), np.sign(residual) / len(y))": NUMBER,
        "return (float(np.sum(np.abs(residual))) / len(residual), np.sign(residual) / len(y))": N,
        "return (float(np.sum(np.abs(residual))) / len(scores), np.sign(residual) / len(y))": N,
        "return (float(np.sum(np.abs(residual))) / len(y), np.sign(residual) / len(residual))": N,
        "return (float(np.sum(np.abs(residual))) / len(y), np.sign(residual) / len(scores))": N,
    },
    "l2_loss": {
        "return (np.sum(residual ** 2) / len(y), 2 * residual / len(y))": NUMBER,
        "return (float(np.sum(residual ** 2)) / len(residual), 2 * residual / len(y))": N,
        "return (float(np.sum(residual ** 2)) / len(scores), 2 * residual / len(y))": N,
        "return (float(np.sum(residual ** 2)) / len(y), 2 * residual / len(residual))": N,
        "return (float(np.sum(residual ** 2)) / len(y), 2 * residual / len(scores))": N,
    },
    "sigmoid_graph": {
        "dn = dd * e": EQUAL,
        "db = dp": EQUAL,
        "dw = db * x": EQUAL,
        "dw = dz * x": EQUAL,
        "dx = db * w": EQUAL,
        "dx = dz * w": EQUAL,
        "gradients = {'dd': de, 'de': de, 'dn': dn, 'dz': dz, 'db': db, 'dw': dw, 'dx': dx}": EQUAL,
        "gradients = {'dd': dd, 'de': dd, 'dn': dn, 'dz': dz, 'db': db, 'dw': dw, 'dx': dx}": EQUAL,
        "gradients = {'dd': dd, 'de': de, 'dn': dn, 'dz': db, 'db': db, 'dw': dw, 'dx': dx}": EQUAL,
        "gradients = {'dd': dd, 'de': de, 'dn': dn, 'dz': dp, 'db': db, 'dw': dw, 'dx': dx}": EQUAL,
        "gradients = {'dd': dd, 'de': de, 'dn': dn, 'dz': short, 'db': db, 'dw': dw, 'dx': dx}": EQUAL,
        "gradients = {'dd': dd, 'de': de, 'dn': dn, 'dz': dz, 'db': dp, 'dw': dw, 'dx': dx}": EQUAL,
        "gradients = {'dd': dd, 'de': de, 'dn': dn, 'dz': dz, 'db': dz, 'dw': dw, 'dx': dx}": EQUAL,
        "gradients = {'dd': dd, 'de': de, 'dn': dn, 'dz': dz, 'db': short, 'dw': dw, 'dx': dx}": EQUAL,
        "return {'out': out, 'short': db} | gradients": EQUAL,
        "return {'out': out, 'short': dp} | gradients": EQUAL,
        "return {'out': out, 'short': dz} | gradients": EQUAL,
    },
    "two_layer_loss": {
        "scores, cache2 = layers.affine_forward(np.maximum(0, h), w2, b2)": ORDER,
        "loss += 0.5 * lam * (np.sum(w1 ** 2) + np.sum(w2 ** 2))": NUMBER,
        "dh = da * (h >= 0)": "no h of the cases is exactly 0, and text and notes allow either slope there",
    },
    "train_softmax_classifier": {"for rows in batches.minibatches(len(y), batch_size, rng):": N},
}
"""To an exercise, the wrong lines that change nothing, each with the reason."""


LISTED = [
    (slug, name, line)
    for slug in SLUGS
    for name, line in getattr(brought(slug, "alternatives"), "EQUIVALENT", {})
]  # fmt: skip
"""What the alternatives of a lesson list as no slip."""


@pytest.mark.audit
@pytest.mark.parametrize(("slug", "name"), [(slug, e.name) for slug in JUDGED for e in exercises(slug)])
def test_a_slip_of_one_token_loses_points_on_every_seed(slug, name):
    exercise = next(e for e in exercises(slug) if e.name == name)
    full = {mutant.line for mutant in judged(exercise) if exercise.points in mutant.points}
    assert full - set(EQUIVALENT.get(name, {})) == set(), "full marks"
    assert set(EQUIVALENT.get(name, {})) - full == set(), "loses points, though it is listed as no slip"


def test_the_names_in_the_table_are_exercises():
    assert set(EQUIVALENT) <= {e.name for slug in SLUGS for e in exercises(slug)}


@pytest.mark.parametrize(("slug", "name", "line"), LISTED)
def test_what_a_lesson_lists_as_no_slip_gets_full_marks(slug, name, line):
    exercise = next(e for e in exercises(slug) if e.name == name)
    mutant = next(m for m in mutants(exercise) if m.line == line)
    for seed in SEEDS:
        assert exercise(mutant.function(exercise), seed=seed).passed
