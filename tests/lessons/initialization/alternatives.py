"""Right answers of lesson 06, written in other ways than the library's."""

import jax
import numpy as np

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


def layernorm_by_rows(x, gamma, beta, dout, eps=1e-5):
    out, dx = np.empty_like(x), np.empty_like(x)
    dgamma, dbeta = np.zeros_like(gamma), np.zeros_like(beta)
    for i, row in enumerate(x):
        centred = row - row.sum() / row.size
        sigma = (np.dot(centred, centred) / row.size + eps) ** 0.5
        xhat, g = centred / sigma, dout[i] * gamma
        out[i] = xhat * gamma + beta
        dx[i] = (g - np.mean(g) - xhat * np.mean(g * xhat)) / sigma
        dgamma += dout[i] * xhat
        dbeta += dout[i]
    return out, dx, dgamma, dbeta


def layernorm_by_batchnorm(x, gamma, beta, dout, eps=1e-5):
    xt, g = x.T, (dout * gamma).T
    inverse = 1 / np.sqrt(xt.var(axis=0) + eps)
    xhat = (xt - xt.mean(axis=0)) * inverse
    d = len(xt)
    dx = inverse / d * (d * g - g.sum(axis=0) - xhat * (g * xhat).sum(axis=0))
    return xhat.T * gamma + beta, dx.T, np.einsum("nd,dn->d", dout, xhat), dout.sum(0)


def layernorm_stage_by_stage(x, gamma, beta, dout, eps=1e-5):
    d = x.shape[1]
    centred = x - x.mean(1)[:, None]
    std = np.sqrt((centred**2).mean(1)[:, None] + eps)
    xhat = centred / std
    dxhat = gamma * dout
    dstd = -(dxhat * centred).sum(1, keepdims=True) / std**2
    dcentred = dxhat / std + dstd * centred / (d * std)
    dx = dcentred - dcentred.mean(1, keepdims=True)
    return [gamma * xhat + beta, dx, (dout * xhat).sum(0), np.ones(len(x)) @ dout]


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
    "layernorm": [layernorm_by_rows, layernorm_by_batchnorm, layernorm_stage_by_stage],
}


def nothing_staged(dout, x, gamma, eps=1e-5):
    rows, features = np.zeros_like(x), np.zeros_like(gamma)
    return {name: features for name in ("dbeta", "dgamma", "dstd", "dvar", "dmu")} | {
        name: rows for name in ("dxhat", "dxc", "dx")
    }


WRONG = {"batchnorm_backward_staged": [nothing_staged]}
