"""Right answers of lesson 10, written in other ways than the library's."""

import numpy as np


def unbroadcast_axis_by_axis(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def unbroadcast_by_loop(grad, shape):
    total = np.zeros(shape)
    for at in np.ndindex(grad.shape):
        own = at[grad.ndim - len(shape) :]
        total[tuple(i * (n > 1) for i, n in zip(own, shape, strict=True))] += grad[at]
    return total


def unbroadcast_padded(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i in range(grad.ndim) if padded[i] == 1)
    return np.sum(grad, axis=axes, keepdims=True).reshape(shape)


def tanh_rule_expanded(grad, x):
    out = np.tanh(x)
    return grad - grad * out * out


def tanh_rule_by_cosh(grad, x):
    return grad / np.cosh(x) ** 2


def tanh_rule_by_loop(grad, x):
    dx = np.empty_like(x)
    for i in np.ndindex(x.shape):
        dx[i] = grad[i] * (1 - np.tanh(x[i]) ** 2)
    return dx


def maximum_rule_by_where(grad, a, b):
    tie = np.where(a == b, grad / 2, 0)
    return np.where(a > b, grad, tie), np.where(b > a, grad, tie)


def maximum_rule_by_sign(grad, a, b):
    sign = np.sign(a - b)
    return grad * (1 + sign) / 2, grad * (1 - sign) / 2


def maximum_rule_by_heaviside(grad, a, b):
    return [grad * np.heaviside(a - b, 0.5), grad * np.heaviside(b - a, 0.5)]


def train_cleared_first(compute_loss, optimizer, steps):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = compute_loss()
        losses.append(float(loss.data))
        loss.backward()
        optimizer.step()
    return losses


def train_cleared_last(compute_loss, optimizer, steps):
    optimizer.zero_grad()
    losses = []
    for _ in range(steps):
        loss = compute_loss()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.data.item())
    return losses


def train_by_while(compute_loss, optimizer, steps):
    losses = [0.0] * steps
    done = 0
    while done < steps:
        loss = compute_loss()
        optimizer.zero_grad()
        loss.backward()
        losses[done] = loss.data.item()
        optimizer.step()
        done += 1
    return losses


ALTERNATIVES = {
    "unbroadcast": [unbroadcast_axis_by_axis, unbroadcast_by_loop, unbroadcast_padded],
    "tanh_rule": [tanh_rule_expanded, tanh_rule_by_cosh, tanh_rule_by_loop],
    "maximum_rule": [maximum_rule_by_where, maximum_rule_by_sign, maximum_rule_by_heaviside],
    "train": [train_cleared_first, train_cleared_last, train_by_while],
}
