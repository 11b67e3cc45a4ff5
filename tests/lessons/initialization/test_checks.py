"""Lesson 06's checks, tried on right answers written in other ways and on every mistake they name."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from lessons.battery import Battery
from scipy.stats import kstest

from cs231n_lib.functions import initializers, layers
from cs231n_lib.lessons.initialization import checks as initialization
from cs231n_lib.lessons.initialization.checks import references

jax.config.update("jax_enable_x64", True)


def unit_by_einsum(x, dscores, w_in, w_out):
    a = np.tanh(np.einsum("nd,d->n", x, w_in))
    dh = np.einsum("nk,k->n", dscores, w_out) * (1 - a) * (1 + a)
    return np.einsum("n,nd->d", dh, x), np.einsum("n,nk->k", a, dscores)


def unit_by_loop(x, dscores, w_in, w_out):
    dw_in, dw_out = np.zeros_like(w_in), np.zeros_like(w_out)
    for n in range(len(x)):
        a = np.tanh(np.dot(x[n], w_in))
        dw_out += dscores[n] * a
        dw_in += x[n] * np.dot(dscores[n], w_out) / np.cosh(np.dot(x[n], w_in)) ** 2
    return [dw_in, dw_out]


def unit_as_columns(x, dscores, w_in, w_out):
    a = np.tanh(x @ w_in[:, None])
    dh = (dscores @ w_out[:, None]) * (1 - a * a)
    return (x.T @ dh)[:, 0], (a.T @ dscores)[0]


def small_by_scaling(fan_in, fan_out, rng, std=0.01):
    return std * rng.standard_normal((fan_in, fan_out))


def small_by_reshaping(fan_in, fan_out, rng, std=0.01):
    return rng.normal(scale=std, size=fan_in * fan_out).reshape(fan_in, fan_out)


def small_unit_by_unit(fan_in, fan_out, rng, std=0.01):
    return np.stack([rng.normal(0, std, fan_in) for _ in range(fan_out)], axis=1)


def deviations_by_comprehension(x, weights, activation):
    outputs = [x]
    for w in weights:
        outputs.append(activation(outputs[-1].dot(w)))
    return np.array([np.std(out) for out in outputs[1:]])


def deviations_in_place(x, weights, activation):
    measured = np.zeros(len(weights))
    for i, w in enumerate(weights):
        x = activation(np.matmul(x, w))
        measured[i] = np.sqrt(np.mean((x - x.mean()) ** 2))
    return measured


def deviations_recursively(x, weights, activation):
    if not weights:
        return np.empty(0)
    out = activation(x @ weights[0])
    return np.append(np.sqrt(out.var()), deviations_recursively(out, weights[1:], activation))


def scaled_by_one_draw(fan_in, fan_out, rng):
    w = rng.standard_normal((fan_in, fan_out))
    mean = (fan_in + fan_out) / 2
    return {"scaled": w / fan_in**0.5, "glorot": w / mean**0.5, "he": w * np.sqrt(2) / np.sqrt(fan_in)}


def scaled_in_another_order(fan_in, fan_out, rng):
    he = rng.normal(0, np.sqrt(2.0 / fan_in), size=(fan_in, fan_out))
    glorot = np.sqrt(2) / np.sqrt(fan_in + fan_out) * rng.standard_normal((fan_in, fan_out))
    return {"he": he, "glorot": glorot, "scaled": rng.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in)}


def scaled_transposed_twice(fan_in, fan_out, rng):
    variances = dict(scaled=1 / fan_in, glorot=2 / (fan_in + fan_out), he=2 / fan_in)
    return {name: v**0.5 * rng.standard_normal((fan_out, fan_in)).T for name, v in variances.items()}


def forward_by_means(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    n = len(x)
    mean = np.ones(n) @ x / n
    centred = x - mean
    var = np.ones(n) @ centred**2 / n
    inverse = (var + eps) ** -0.5
    normalized = centred * inverse
    new_mean = running_mean + (1 - momentum) * (mean - running_mean)
    new_var = running_var + (1 - momentum) * (var - running_var)
    return normalized * gamma + beta, (normalized, gamma * inverse), new_mean, new_var


def forward_feature_by_feature(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    out, normalized = np.empty_like(x), np.empty_like(x)
    scale, new_mean, new_var = np.empty_like(gamma), np.empty_like(gamma), np.empty_like(gamma)
    for d in range(x.shape[1]):
        mean, var = np.mean(x[:, d]), np.var(x[:, d])
        normalized[:, d] = (x[:, d] - mean) / np.sqrt(var + eps)
        out[:, d] = gamma[d] * normalized[:, d] + beta[d]
        scale[d] = gamma[d] / np.sqrt(var + eps)
        new_mean[d] = momentum * running_mean[d] + (1 - momentum) * mean
        new_var[d] = momentum * running_var[d] + (1 - momentum) * var
    return out, (normalized, scale), new_mean, new_var


def forward_on_copies(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    mean, std = x.mean(0), np.sqrt(np.std(x, axis=0) ** 2 + eps)
    z = x.copy()
    z -= mean
    z /= std
    new_mean, new_var = running_mean.copy(), running_var.copy()
    new_mean *= momentum
    new_mean += (1 - momentum) * mean
    new_var *= momentum
    new_var += (1 - momentum) * x.var(0)
    return [gamma * z + beta, [z, gamma / std], new_mean, new_var]


def inference_by_scale(x, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    return x * scale + (beta - running_mean * scale)


def inference_row_by_row(x, gamma, beta, running_mean, running_var, eps=1e-5):
    std = np.sqrt(running_var + eps)
    return np.array([beta + gamma * (row - running_mean) / std for row in x])


def inference_in_steps(x, gamma, beta, running_mean, running_var, eps=1e-5):
    out = x - running_mean
    out /= np.sqrt(running_var + eps)
    out *= gamma
    out += beta
    return out


def staged_with_squares(dout, x, gamma, eps=1e-5):
    n = x.shape[0]
    xc = x - x.sum(axis=0) / n
    std = np.sqrt((xc**2).sum(axis=0) / n + eps)
    dxhat = dout * gamma
    dinverse = (dxhat * xc).sum(axis=0)
    dstd = -dinverse / std**2
    dvar = 0.5 * dstd / std
    dsquares = np.ones((n, 1)) * dvar / n
    dxc = dxhat / std
    dxc += 2 * xc * dsquares
    dmu = -1 * dxc.sum(axis=0)
    dx = dxc + np.ones((n, 1)) * dmu / n
    return dict(
        dx=dx, dxc=dxc, dmu=dmu, dvar=dvar, dstd=dstd, dxhat=dxhat,
        dgamma=(dout * xc / std).sum(axis=0), dbeta=dout.sum(axis=0),
    )  # fmt: skip


def staged_by_einsum(dout, x, gamma, eps=1e-5):
    n = len(x)
    g = {"dbeta": np.einsum("nd->d", dout)}
    xc, std = x - x.mean(0), np.sqrt(x.var(0) + eps)
    g["dgamma"] = np.einsum("nd,nd->d", dout, xc) / std
    g["dxhat"] = np.einsum("nd,d->nd", dout, gamma)
    g["dstd"] = np.einsum("nd,nd,d->d", g["dxhat"], xc, -1 / std**2)
    g["dvar"] = g["dstd"] / np.sqrt(4 * (x.var(0) + eps))
    g["dxc"] = g["dxhat"] / std + np.einsum("d,nd->nd", g["dvar"], xc) * (2 / n)
    g["dmu"] = -np.einsum("nd->d", g["dxc"])
    g["dx"] = g["dxc"] + g["dmu"] / n
    return g


def staged_with_more_entries(dout, x, gamma, eps=1e-5):
    mu = np.mean(x, axis=0)
    var = np.mean((x - mu) ** 2, axis=0)
    std = (var + eps) ** 0.5
    dxhat = gamma * dout
    dstd = np.sum(-dxhat * (x - mu) / std**2, axis=0)
    dvar = dstd * 0.5 * (var + eps) ** -0.5
    dxc = dxhat / std + 2 * (x - mu) * dvar / len(x)
    dmu = (-dxc).sum(axis=0)
    grads = {"dout": dout, "dxhat": dxhat, "dstd": dstd, "dvar": dvar, "dxc": dxc, "dmu": dmu}
    grads["dbeta"] = sum(dout)
    grads["dgamma"] = sum(dout * (x - mu) / std)
    grads["dx"] = dmu / len(x) + dxc
    return grads


def short_with_sums(dout, cache):
    normalized, scale = cache
    n = len(dout)
    dgamma, dbeta = np.sum(dout * normalized, axis=0), np.sum(dout, axis=0)
    return scale / n * (n * dout - dbeta - normalized * dgamma), dgamma, dbeta


def short_by_projection(dout, cache):
    normalized, scale = cache
    n = len(dout)
    centred = dout - dout.mean(axis=0)
    along = np.einsum("nd,nd->d", centred, normalized)
    return scale * (centred - normalized * along / n), np.einsum("nd,nd->d", dout, normalized), dout.sum(axis=0)


def short_by_jacobian(dout, cache):
    normalized, scale = cache
    n, d = dout.shape
    dx = np.empty_like(dout)
    for j in range(d):
        column = normalized[:, j]
        dx[:, j] = scale[j] * (np.eye(n) - 1 / n - np.outer(column, column) / n) @ dout[:, j]
    return [dx, (normalized * dout).sum(0), dout.sum(0)]


def effect_by_differences(forward, backward, x, w, b, dout):
    with_bias, cache = forward(np.dot(x, w) + b)
    without = forward(np.dot(x, w) + np.zeros_like(b))[0]
    effect = np.maximum((with_bias - without).max(axis=0), (without - with_bias).max(axis=0))
    return effect, np.ones(len(x)) @ backward(dout, cache)


def effect_by_affine(forward, backward, x, w, b, dout):
    z = x @ w
    moved, cache = forward(z + b[np.newaxis])
    still = forward(z)
    return np.max(abs(moved - still[0]), axis=0), np.sum(backward(dout, cache), axis=0)


def effect_by_loop(forward, backward, x, w, b, dout):
    out, cache = forward(x @ w + b)
    plain, _ = forward(x @ w)
    dz = backward(dout, cache)
    effect = np.array([max(abs(out[n, m] - plain[n, m]) for n in range(len(x))) for m in range(len(b))])
    return [effect, np.array([sum(dz[:, m]) for m in range(len(b))])]


def fold_by_matrix(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = np.diag(gamma / np.sqrt(running_var + eps))
    return w @ scale, (b - running_mean) @ scale + beta


def fold_by_columns(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    folded_w, folded_b = w.copy(), b.copy()
    for m in range(len(b)):
        factor = gamma[m] / (running_var[m] + eps) ** 0.5
        folded_w[:, m] *= factor
        folded_b[m] = factor * (b[m] - running_mean[m]) + beta[m]
    return folded_w, folded_b


def fold_by_trying(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """The folded layer is affine: its value at 0 is the bias, its values at unit vectors give the weights."""

    def both(x):
        return gamma * (x @ w + b - running_mean) / np.sqrt(running_var + eps) + beta

    folded_b = both(np.zeros((1, len(w))))[0]
    return both(np.eye(len(w))) - folded_b, folded_b


ALTERNATIVES = {
    "unit_gradients": [unit_by_einsum, unit_by_loop, unit_as_columns],
    "small_random": [small_by_scaling, small_by_reshaping, small_unit_by_unit],
    "layer_deviations": [deviations_by_comprehension, deviations_in_place, deviations_recursively],
    "scaled_weights": [scaled_by_one_draw, scaled_in_another_order, scaled_transposed_twice],
    "batchnorm_forward": [forward_by_means, forward_feature_by_feature, forward_on_copies],
    "batchnorm_inference": [inference_by_scale, inference_row_by_row, inference_in_steps],
    "batchnorm_backward_staged": [staged_with_squares, staged_by_einsum, staged_with_more_entries],
    "batchnorm_backward": [short_with_sums, short_by_projection, short_by_jacobian],
    "bias_effect": [effect_by_differences, effect_by_affine, effect_by_loop],
    "fold_batchnorm": [fold_by_matrix, fold_by_columns, fold_by_trying],
}
BATTERY = Battery(initialization, ALTERNATIVES)

test_each_exercise_has_mistakes_and_alternatives = BATTERY.enough()
test_mistake_is_caught_and_named = BATTERY.named()
test_right_answer_in_another_way_gets_full_marks = BATTERY.accepted()
test_unfinished_is_said_calmly = BATTERY.unfinished()


@pytest.mark.parametrize("name", BATTERY.exercises)
def test_the_librarys_own_function_earns_nothing(name):
    result = BATTERY.exercises[name](BATTERY.exercises[name].reference)
    assert result.points == 0
    assert "earns nothing" in result.text()


def test_a_wrong_fold_that_is_no_known_mistake_is_given_no_name():
    def fold(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
        scale = gamma / np.sqrt(running_var + eps)
        return scale * w, scale * (b - running_mean) + 2 * beta

    assert not initialization.fold_batchnorm(fold).mistakes


def test_a_spread_far_too_large_is_not_blamed_on_the_mean():
    result = initialization.small_random(lambda fan_in, fan_out, rng, std=0.01: rng.normal(0, 50, (fan_in, fan_out)))
    assert "the spread of the weights is wrong" in result.text()
    assert "mean of" not in result.text()


def test_weights_without_a_matrix_are_not_said_to_come_from_another_generator():
    def one_deviation(fan_in, fan_out, rng):
        return scaled_in_another_order(fan_in, fan_out, rng) | {"scaled": fan_in**-0.5}

    result = initialization.scaled_weights(one_deviation)
    assert result.points == 7
    assert not result.mistakes


def test_folded_weights_that_are_turned_are_given_no_other_mistakes_name():
    def turned(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
        w, b = fold_by_matrix(w, b, gamma, beta, running_mean, running_var, eps)
        return w.T, b

    assert not initialization.fold_batchnorm(turned).mistakes


def test_an_answer_that_is_zero_for_zero_weights_is_not_taken_for_another_mistake():
    def weighed(x, dscores, w_in, w_out):
        dw_in, dw_out = unit_by_einsum(x, dscores, w_in, w_out)
        return w_in * dw_in.sum(), dw_out

    assert not initialization.unit_gradients(weighed).mistakes


def test_a_spread_is_named_whatever_the_order_of_the_draws():
    def he_first(fan_in, fan_out, rng):
        stds = {"he": np.sqrt(2) / fan_in, "glorot": np.sqrt(2 / (fan_in + fan_out)), "scaled": fan_in**-0.5}
        return {name: rng.normal(0, std, (fan_in, fan_out)) for name, std in stds.items()}

    assert dict(initialization.scaled_weights(he_first).mistakes).keys() == {"root of the 2 only, He"}


@pytest.mark.parametrize(
    ("exercise", "name"),
    [
        ("small_random", "mean and deviation exchanged"),
        ("bias_effect", "one number"),
        ("batchnorm_backward", "dgamma and dbeta exchanged"),
        ("batchnorm_backward_staged", "mean path subtracted"),
    ],
)
def test_an_answer_is_given_no_other_mistakes_name_as_well(exercise, name):
    exercise = BATTERY.exercises[exercise]
    wrong = next(m.implementation for m in exercise.mistakes if m.name == name)
    assert dict(exercise(wrong).mistakes).keys() == {name}


@pytest.mark.parametrize(("result", "said"), [((1, 2), "type tuple"), (None, "is None"), ({"dx_hat": 1}, "dx_hat")])
def test_what_comes_back_in_place_of_the_staged_dictionary_is_said(result, said):
    assert said in initialization.batchnorm_backward_staged(lambda dout, x, gamma, eps=1e-5: result).text()


def test_staged_gradients_are_those_of_jax_for_a_nudge_at_each_stage():
    rng = np.random.default_rng(0)
    dout, x, gamma = rng.normal(size=(5, 3)), rng.normal(1, 2, (5, 3)), rng.uniform(0.5, 2, 3)

    def loss(nudge):
        moved = x + nudge["dx"]
        xc = moved - (moved.mean(axis=0) + nudge["dmu"]) + nudge["dxc"]
        std = jnp.sqrt(jnp.mean(xc**2, axis=0) + nudge["dvar"] + 0.3) + nudge["dstd"]
        xhat = xc / std + nudge["dxhat"]
        return jnp.sum(dout * ((gamma + nudge["dgamma"]) * xhat + nudge["dbeta"]))

    staged = references.batchnorm_backward_staged(dout, x, gamma, eps=0.3)
    expected = jax.grad(loss)({name: np.zeros_like(value) for name, value in staged.items()})
    for name, value in staged.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-9, atol=1e-12)


def test_staged_and_short_gradients_agree():
    rng = np.random.default_rng(1)
    dout, x, gamma, zero, one = *rng.normal(size=(2, 6, 4)), rng.normal(size=4), np.zeros(4), np.ones(4)
    staged = references.batchnorm_backward_staged(dout, x, gamma)
    _, cache, _, _ = layers.batchnorm_forward(x, gamma, zero, zero, one)
    for value, name in zip(layers.batchnorm_backward(dout, cache), ("dx", "dgamma", "dbeta"), strict=True):
        np.testing.assert_allclose(value, staged[name], rtol=1e-9, atol=1e-12)


def test_gradients_of_one_unit_are_those_of_jax():
    rng = np.random.default_rng(2)
    x, dscores, w_in, w_out = (rng.normal(size=shape) for shape in ((6, 4), (6, 3), (4,), (3,)))
    expected = jax.grad(lambda i, o: jnp.sum(dscores * jnp.outer(jnp.tanh(x @ i), o)), argnums=(0, 1))(w_in, w_out)
    for value, peer in zip(references.unit_gradients(x, dscores, w_in, w_out), expected, strict=True):
        np.testing.assert_allclose(value, peer, rtol=1e-9)


def test_drawn_weights_are_normal_with_the_deviations_of_the_library():
    rng = np.random.default_rng(3)
    drawn = references.scaled_weights(200, 300, rng) | {"small_random": references.small_random(200, 300, rng, 0.3)}
    for name, w in drawn.items():
        peer = getattr(initializers, name)(200, 300, rng, **({"std": 0.3} if name == "small_random" else {}))
        assert w.shape == peer.shape
        assert kstest(w.ravel(), peer.ravel()).pvalue > 0.001


def test_deviations_of_layers_by_hand():
    weights = [np.array([[2.0]]), np.array([[-1.0, 3.0]])]
    # Layer 1 puts out 2 and 6, layer 2 then 2, 6, 6 and 18, whose squared distances from their mean 8 average to 36.
    assert references.layer_deviations(np.array([[1.0], [3.0]]), weights, abs).tolist() == [2, 6]


def test_a_bias_before_doubling_shifts_by_twice_its_size():
    double = (lambda z: (2 * z, None)), (lambda dout, cache: 2 * dout)
    x, w, b, dout = np.ones((3, 2)), np.ones((2, 2)), np.array([1.0, -4.0]), np.ones((3, 2))
    effect, db = references.bias_effect(*double, x, w, b, dout)
    assert (effect.tolist(), db.tolist()) == ([2, 8], [6, 6])
