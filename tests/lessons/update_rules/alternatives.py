"""Right answers of lesson 08, written in other ways than the library's."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve, lstsq
from scipy.optimize import LbfgsInvHessProduct


def momentum_in_one_line(w, dw, v, lr, mu=0.9):
    return w + mu * v - lr * dw, mu * v - lr * dw


def momentum_on_copies(w, dw, v, lr, mu=0.9):
    w, v = w.copy(), v.copy()
    v *= mu
    v -= lr * dw
    w += v
    return [w, v]


def momentum_by_loop(w, dw, v, lr, mu=0.9):
    w_new, v_new = np.empty_like(w), np.empty_like(v)
    for i in np.ndindex(w.shape):
        v_new[i] = mu * v[i] - lr * dw[i]
        w_new[i] = w[i] + v_new[i]
    return w_new, v_new


def nesterov_as_in_pytorch(w, dw, v, lr, mu=0.9):
    v = mu * v - lr * dw
    return w + mu * v - lr * dw, v


def nesterov_by_its_points(w, dw, v, lr, mu=0.9):
    theta = w - mu * v
    v_new = mu * v - lr * dw
    theta = theta + v_new
    return theta + mu * v_new, v_new


def nesterov_expanded(w, dw, v, lr, mu=0.9):
    return w + mu * mu * v - (1 + mu) * lr * dw, mu * v - lr * dw


def nesterov_by_the_other_form(w, dw, v, lr, mu=0.9):
    def look_ahead(theta, gradient):
        v_new = mu * v - lr * gradient(theta + mu * v)
        return theta + v_new, v_new

    theta, v_new = look_ahead(w - mu * v, lambda point: dw)
    return theta + mu * v_new, v_new


def decayed_by_powers(lr, epoch, half_life):
    lives = epoch / half_life
    return lr / 2 ** int(lives), lr / 2**lives, lr / (1 + lives)


def decayed_by_loop(lr, epoch, half_life):
    stepped = lr
    for _ in range(int(epoch // half_life)):
        stepped /= 2
    k = 1 / half_life
    return [stepped, lr * np.prod(np.full(1000, np.exp(-np.log(2) * k * epoch / 1000))), lr / (1 + k * epoch)]


def decayed_by_base_two(lr, epoch, half_life):
    return lr * 2.0 ** -(epoch // half_life), lr * np.exp2(-epoch / half_life), lr * half_life / (half_life + epoch)


def annealed_by_interpolation(step, steps_per_epoch, epochs):
    return np.interp(step, [0, epochs * steps_per_epoch], [0.5, 0.99])


def annealed_by_cases(step, steps_per_epoch, epochs):
    share = step / (steps_per_epoch * epochs)
    return 0.99 if share >= 1 else 0.5 * (1 - share) + 0.99 * share


def annealed_in_steps(step, steps_per_epoch, epochs):
    slope = 0.49 / (epochs * steps_per_epoch)
    return np.clip(0.5 + slope * step, 0.5, 0.99)


def newton_by_inverse(w, dw, hessian):
    return w - np.linalg.inv(hessian) @ dw


def newton_by_eigenvectors(w, dw, hessian):
    values, axes = np.linalg.eigh(hessian)
    return w - axes @ ((axes.T @ dw) / values)


def newton_by_least_squares(w, dw, hessian):
    step, *_ = lstsq(hessian, -dw)
    return w + step


def newton_by_normal_equations(w, dw, hessian):
    return w - cho_solve(cho_factor(hessian.T @ hessian), hessian.T @ dw)


def lbfgs_by_scipy(dw, s, y):
    if not s:
        return -dw
    gamma = (s[-1] @ y[-1]) / (y[-1] @ y[-1])
    scale = np.sqrt(gamma)  # SciPy's product starts from the identity: change the unit of length
    return -LbfgsInvHessProduct(np.array(s) / scale, np.array(y) * scale).matvec(dw * scale) * scale


def lbfgs_by_matrix(dw, s, y):
    """The inverse Hessian that the recursion never builds (BFGS's formula)."""
    identity = np.eye(len(dw))
    h = identity * ((s[-1] @ y[-1]) / (y[-1] @ y[-1]) if s else 1)
    for s_i, y_i in zip(s, y, strict=True):
        rho = 1 / (y_i @ s_i)
        left = identity - rho * np.outer(s_i, y_i)
        h = left @ h @ left.T + rho * np.outer(s_i, s_i)
    return -h @ dw


def lbfgs_recursively(dw, s, y):
    gamma = (s[-1] @ y[-1]) / (y[-1] @ y[-1]) if s else 1.0

    def apply(q, k):
        if k == 0:
            return gamma * q
        rho = 1 / np.dot(y[k - 1], s[k - 1])
        alpha = rho * np.dot(s[k - 1], q)
        r = apply(q - alpha * y[k - 1], k - 1)
        return r + s[k - 1] * (alpha - rho * np.dot(y[k - 1], r))

    return -apply(dw, len(s))


def lbfgs_by_index(dw, s, y):
    q = dw.copy()
    m = len(s)
    alpha = [0.0] * m
    rho = [1 / float(np.dot(y[i], s[i])) for i in range(m)]
    for i in range(m - 1, -1, -1):
        alpha[i] = rho[i] * np.dot(s[i], q)
        q -= alpha[i] * y[i]
    if m:
        q *= np.dot(s[-1], y[-1]) / np.dot(y[-1], y[-1])
    for i in range(m):
        q += s[i] * (alpha[i] - rho[i] * np.dot(y[i], q))
    return -q


def adagrad_on_copies(w, dw, cache, lr, eps=1e-8):
    cache = cache.copy()
    cache += np.square(dw)
    return w - lr / (cache**0.5 + eps) * dw, cache


def adagrad_by_loop(w, dw, cache, lr, eps=1e-8):
    w_new, c_new = w.copy(), cache.copy()
    for i in np.ndindex(w.shape):
        c_new[i] += dw[i] * dw[i]
        w_new[i] -= lr * dw[i] / (c_new[i] ** 0.5 + eps)
    return w_new, c_new


def adagrad_as_one_step(w, dw, cache, lr, eps=1e-8):
    step = -lr * dw / (np.hypot(np.sqrt(cache), dw) + eps)
    return [w + step, cache + dw * dw]


def rmsprop_as_correction(w, dw, cache, lr, decay=0.99, eps=1e-8):
    cache = cache + (1 - decay) * (dw**2 - cache)
    return w - lr * dw / (cache**0.5 + eps), cache


def rmsprop_by_average(w, dw, cache, lr, decay=0.99, eps=1e-8):
    cache = np.average([cache, dw * dw], axis=0, weights=[decay, 1 - decay])
    return w + -lr * (dw / (np.sqrt(cache) + eps)), cache


def rmsprop_by_loop(w, dw, cache, lr, decay=0.99, eps=1e-8):
    w, cache = w.copy(), cache.copy()
    for i in np.ndindex(w.shape):
        cache[i] = decay * cache[i] + (1 - decay) * dw[i] ** 2
        w[i] -= lr * dw[i] / (np.sqrt(cache[i]) + eps)
    return [w, cache]


def adam_with_one_rate(w, dw, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    t += 1
    m = m + (1 - beta1) * (dw - m)
    v = v + (1 - beta2) * (dw * dw - v)
    root = np.sqrt(1 - beta2**t)
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v, t


def adam_on_copies(w, dw, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * dw
    v *= beta2
    v += (1 - beta2) * np.square(dw)
    step = m / (1 - np.power(beta1, t + 1)) / ((v / (1 - np.power(beta2, t + 1))) ** 0.5 + eps)
    return [w - lr * step, m, v, t + 1]


def adam_by_loop(w, dw, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, v = w.copy(), m.copy(), v.copy()
    for i in np.ndindex(w.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * dw[i]
        v[i] = beta2 * v[i] + (1 - beta2) * dw[i] ** 2
        w[i] -= lr * (m[i] / (1 - beta1 ** (t + 1))) / (np.sqrt(v[i] / (1 - beta2 ** (t + 1))) + eps)
    return w, m, v, t + 1


def effect_by_norm(rule, gradients, scale):
    steps = rule(gradients).ravel()
    changed = rule(gradients * scale).ravel()
    return np.linalg.norm(changed - steps, np.inf) / np.linalg.norm(steps, np.inf)


def effect_by_loop(rule, gradients, scale):
    before, after = rule(gradients), rule(scale * gradients)
    change = largest = 0.0
    for i in np.ndindex(before.shape):
        change = max(change, abs(after[i] - before[i]))
        largest = max(largest, abs(before[i]))
    return change / largest


def effect_of_normalised_steps(rule, gradients, scale):
    steps = rule(gradients)
    unit = abs(steps).max()
    return abs(rule(scale * gradients) / unit - steps / unit).max()


def adamw_in_two_steps(w, dw, m, v, t, lr, warm_up, steps, weight_decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    t += 1
    rising = t / warm_up if t < warm_up else 1.0
    falling = np.cos(np.pi / 2 * max(0, t - warm_up) / (steps - warm_up)) ** 2
    rate = lr * rising * falling
    m, v = m + (1 - beta1) * (dw - m), v + (1 - beta2) * (np.square(dw) - v)
    decayed = w * (1 - rate * weight_decay)
    return decayed - rate * (m / (1 - beta1**t)) / (eps + (v / (1 - beta2**t)) ** 0.5), m, v, t


def adamw_by_a_schedule(w, dw, m, v, t, lr, warm_up, steps, weight_decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    def rate(step):
        if step < warm_up:
            return lr * step / warm_up
        return lr / 2 + lr / 2 * np.cos((step - warm_up) * np.pi / (steps - warm_up))

    now = t + 1
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw * dw
    scale = np.sqrt(1 - beta2**now)
    direction = m / (1 - beta1**now) * scale / (np.sqrt(v) + eps * scale)
    return [w - rate(now) * direction - rate(now) * weight_decay * w, m, v, now]


def adamw_by_loop(w, dw, m, v, t, lr, warm_up, steps, weight_decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, v, t = w.copy(), m.copy(), v.copy(), t + 1
    share = t / warm_up if t <= warm_up else (1 - np.cos(np.pi * (steps - t) / (steps - warm_up))) / 2
    for i in np.ndindex(w.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * dw[i]
        v[i] = beta2 * v[i] + (1 - beta2) * dw[i] ** 2
        adapted = m[i] / (1 - beta1**t) / ((v[i] / (1 - beta2**t)) ** 0.5 + eps)
        w[i] -= lr * share * (adapted + weight_decay * w[i])
    return w, m, v, t


def range_test_by_geomspace(step, low, high, steps, beta=0.9, limit=2.0):
    rates, mean, losses = np.geomspace(low, high, steps), 0, []
    for t, lr in enumerate(rates, start=1):
        mean += (1 - beta) * (step(lr) - mean)
        losses.append(mean / (1 - beta**t))
        if not losses[-1] <= limit * np.min(losses):
            losses.pop()
            break
    lowest = losses.index(min(losses))
    return rates[: len(losses)], np.array(losses), rates[lowest] / 10


def range_test_by_logarithms(step, low, high, steps, beta=0.9, limit=2.0):
    rates, losses = np.empty(steps), np.empty(steps)
    weights, mean, best, n = 0.0, 0.0, np.inf, 0
    for exponent in np.linspace(np.log10(low), np.log10(high), steps):
        lr = 10.0**exponent
        mean = beta * mean + (1 - beta) * step(lr)
        weights = beta * weights + (1 - beta)  # the correction, as a mean of ones
        smooth = mean / weights
        if n and (np.isnan(smooth) or smooth > limit * best):
            break
        best, rates[n], losses[n], n = min(best, smooth), lr, smooth, n + 1
    return [rates[:n], losses[:n], 0.1 * rates[np.argmin(losses[:n])]]


def range_test_by_factor(step, low, high, steps, beta=0.9, limit=2.0):
    lr, factor, raw, pairs = low, (high / low) ** (1 / (steps - 1)), [], []
    while len(pairs) < steps:
        raw.append(step(lr))
        weights = beta ** np.arange(len(raw))[::-1]
        smooth = float(weights @ raw / weights.sum())
        if pairs and not smooth / limit <= min(loss for _, loss in pairs):
            break
        pairs.append((lr, smooth))
        lr *= factor
    rates, losses = np.array(pairs).T
    return rates, losses, rates[losses.argmin()] / 10


ALTERNATIVES = {
    "momentum": [momentum_in_one_line, momentum_on_copies, momentum_by_loop],
    "nesterov": [
        nesterov_as_in_pytorch,
        nesterov_by_its_points,
        nesterov_expanded,
        nesterov_by_the_other_form,
    ],
    "decayed_rates": [decayed_by_powers, decayed_by_loop, decayed_by_base_two],
    "annealed_momentum": [annealed_by_interpolation, annealed_by_cases, annealed_in_steps],
    "newton_step": [newton_by_inverse, newton_by_eigenvectors, newton_by_least_squares, newton_by_normal_equations],
    "lbfgs_direction": [lbfgs_by_scipy, lbfgs_by_matrix, lbfgs_recursively, lbfgs_by_index],
    "adagrad": [adagrad_on_copies, adagrad_by_loop, adagrad_as_one_step],
    "rmsprop": [rmsprop_as_correction, rmsprop_by_average, rmsprop_by_loop],
    "adam": [adam_with_one_rate, adam_on_copies, adam_by_loop],
    "scale_effect": [effect_by_norm, effect_by_loop, effect_of_normalised_steps],
    "range_test": [range_test_by_geomspace, range_test_by_logarithms, range_test_by_factor],
    "adamw": [adamw_in_two_steps, adamw_by_a_schedule, adamw_by_loop],
}
