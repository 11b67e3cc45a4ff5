"""Exercises on momentum and on Nesterov momentum with the gradient at the weights."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers


def moving(rng: Generator) -> Cases:
    w, dw, v = rng.normal(size=(3, 3))
    yield case("shape (3,), μ = 0.9, the default", w, dw, v, 0.1)
    w, dw, v = rng.normal(size=(3, 2, 3))
    yield case("shape (2, 3), μ = 0.6", w, dw, v, 0.3, 0.6)


def at_rest(rng: Generator) -> Cases:
    w, dw = rng.normal(size=(2, 4))
    yield case("the first step, with velocity 0", w, dw, np.zeros(4), 0.2, 0.9)


def without_momentum(rng: Generator) -> Cases:
    w, dw, v = rng.normal(size=(3, 3))
    yield case("μ = 0, which is SGD", w, dw, v, 0.1, 0.0)


def _terminal_velocity(call: Function, rng: Generator) -> None:
    w, dw, v = rng.normal(size=3), rng.normal(size=3), np.zeros(3)
    for _ in range(12):
        w, v = call(w, dw, v, 0.1, 0.2)
    if not np.allclose(v, -0.1 * dw / (1 - 0.2), rtol=1e-7):
        raise Violation(
            "the velocity under a constant gradient does not approach `-lr * dw / (1 - mu)`",
            f"after 12 steps with μ = 0.2 its first entry is {v[0]:.4g}, not {-0.125 * dw[0]:.4g}",
        )


momentum = Exercise(
    optimizers.momentum,
    points=10,
    minutes=10,
    difficulty=2,
    covers="sign one",
    importance="core",
    checks=(
        Values("A step with velocity", 4.5, moving),
        Values("The first step, with velocity 0", 0.75, at_rest),
        Values("SGD for μ = 0", 0.75, without_momentum),
        Property("Final velocity under a constant gradient", 1, _terminal_velocity),
    ),
    slips="""
        velocity in place
            v = mu * v - lr * dw → v *= mu ⏎ v -= lr * dw
            the numbers are right, but you change the caller's velocity in place, as `v *= …` and `out=v` do. Make a new
            one with `v = mu * v - …`.
        weights in place
            return w + v, v → w += v ⏎ return w, v
            the numbers are right, but you change the caller's weights in place, as `w += …` does. Compute new ones with
            `w = w + …`.
        both in place
            v = mu * v - lr * dw → v *= mu ⏎ v -= lr * dw
            return w + v, v → w += v ⏎ return w, v
            the numbers are right, but you change the caller's arrays in place, as `v *= …` and `w += …` do. Make a new
            velocity with `v = mu * v - …`, and new weights with `w + v`.
        PyTorch's convention
            mu * v - lr * dw → mu * v + dw
            w + v → w - lr * v
            you use PyTorch's convention, with the learning rate outside the velocity. Put the learning rate *into* the
            velocity, `v = mu * v - lr * dw`, and move the weights to `w + v`.
        running average
            mu * v - lr * dw → mu * v + (1 - mu) * dw
            w + v → w - lr * v
            you average the gradients with a factor 1 − μ, which makes the final steps ten times shorter at μ = 0.9.
            *Add up* the gradients, `v = mu * v - lr * dw`, and move the weights to `w + v`.
        averaged velocity
            lr * dw → (1 - mu) * lr * dw
            you multiply the gradient by 1 − μ, which makes the velocity an average. Leave out this factor, because the
            velocity is a sum here.
        velocity not kept
            v = → new =
            w + v, → w + new,
            your step is right, but you return the *old* velocity, so no velocity builds up. Return the new one.
        old velocity moves
            v = → new =
            w + v, v → w + v, new
            you move the weights by the velocity from *before* this gradient. Update v first, and then move the weights
            by it.
        uphill
            - lr → + lr
            you add the gradient to the velocity, which goes uphill. *Subtract* it.
        velocity subtracted
            w + v → w - v
            you subtract the velocity from the weights. *Add* it, because the minus in `- lr * dw` already makes it
            point downhill.
        friction in the step
            w + v, → w + mu * v,
            you multiply the velocity by μ again in the step. Move the weights by v itself, which already contains the
            friction.
        no momentum
            mu * v - lr → -lr
            you do not use the old velocity, so your rule is SGD. Keep the fraction `mu` of the old velocity.
        no friction
            mu * v → v
            you keep the whole old velocity, so the weights never come to rest. Keep only the fraction `mu` of it.
        friction on the gradient too
            mu * v - lr * dw → mu * (v - lr * dw)
            you multiply the gradient by `mu` too. Multiply only the *old* velocity by `mu`.
        μ fixed
            mu * v → 0.9 * v
            you write μ as the number 0.9. Use the argument `mu`, whose default is 0.9.
        Nesterov
            w + v → w + mu * v - lr * dw
            you move the weights by μ times the velocity and once more by the gradient, as in Nesterov momentum (the
            next exercise). Move the weights only by `v`, which already contains the gradient.
        velocity of the other sign
            - lr → + lr
            w + v → w - v
            your v points uphill, and you subtract it. Let it point in the direction in which the weights move, `v = mu
            * v - lr * dw`, and move the weights to `w + v`.
        1 − μ of the velocity
            mu * v → (1 - mu) * v
            you keep the fraction 1 − μ of the old velocity. Keep the fraction `mu`.
        μ added
            mu * v → mu + v
            you add `mu` to the old velocity. Multiply the old velocity by it, `mu * v`.
        sum built in
            lr * dw → lr * dw / (1 - mu)
            you divide the gradient by 1 − μ. Add only `- lr * dw` in each step, because the sum over many steps
            produces this factor.
        velocity not used
            w + v → w - lr * dw
            your v is right, but you still move the weights by SGD's step. Move them by v.
        gradient twice
            w + v → w + v - lr * dw
            you subtract the gradient once more in the step. Move the weights only by `v`, which already contains the
            gradient.
        rate twice
            w + v → w + lr * v
            you apply the learning rate twice. Move the weights by `v` and not by `lr * v`, because v already contains
            the learning rate.
        no rate
            lr * dw → dw
            you leave out the learning rate. Subtract `lr * dw` in the velocity.
    """,
)


def _steep(w: FloatArray) -> FloatArray:
    return w**3 - w + 0.5


def _same_points(call: Function, rng: Generator) -> None:
    lr, mu = 0.05, 0.8
    theta = rng.uniform(0.5, 1.5, 3)
    w, v, velocity = theta.copy(), np.zeros(3), np.zeros(3)
    for step in range(1, 7):
        velocity = mu * velocity - lr * _steep(theta + mu * velocity)
        theta = theta + velocity
        w, v = call(w, _steep(w), v, lr, mu)
        off = np.max(np.abs(w - (theta + mu * velocity)))
        if not off < 1e-9:
            raise Violation(
                "your `w` is not the look-ahead point θ + μv of the first form",
                f"after {step} step{'s' * (step > 1)} they are {off:.3g} apart",
            )


nesterov = Exercise(
    optimizers.nesterov,
    points=10,
    minutes=20,
    difficulty=3,
    covers="sign one",
    forbidden=(optimizers.momentum, optimizers.nesterov_lookahead),
    checks=(
        Values("A step with velocity", 5, moving),
        Values("The first step, with velocity 0", 0.75, at_rest),
        Values("SGD for μ = 0", 0.75, without_momentum),
        Property("Six steps against the look-ahead form", 1.5, _same_points),
    ),
    slips="""
        velocity in place
            v_previous = v → v_previous = v.copy()
            v = mu * v - lr * dw → v *= mu ⏎ v -= lr * dw
            the numbers are right, but you change the caller's velocity in place, as `v *= …` and `out=v` do. Make a new
            one.
        weights in place
            return w - mu * v_previous + (1 + mu) * v, v → w += (1 + mu) * v - mu * v_previous ⏎ return w, v
            the numbers are right, but you change the caller's weights in place, as `w += …` does, perhaps through a
            second name. Return new ones.
        both in place
            v_previous = v → v_previous = v.copy()
            v = mu * v - lr * dw → v *= mu ⏎ v -= lr * dw
            return w - mu * v_previous + (1 + mu) * v, v → w += (1 + mu) * v - mu * v_previous ⏎ return w, v
            the numbers are right, but you change the caller's arrays in place, as `v *= …` and `w += …` do. Make new
            ones.
        plain momentum
            w - mu * v_previous + (1 + mu) * v → w + v
            your step is that of plain momentum. Step back by `mu` times the old velocity and forward by `(1 + mu)`
            times the new one. If you already do, give the new velocity another name, because you overwrite the old one
            too early.
        old velocity changed in place
            v = mu * v - lr * dw → v *= mu ⏎ v -= lr * dw
            you change the caller's velocity in place, and your step is that of plain momentum. A second name for an
            array is no copy. Make a new array, `v_new = mu * v - lr * dw`. Step back by `mu * v` and forward by `(1 +
            mu) * v_new`.
        velocity not kept
            (1 + mu) * v, v → (1 + mu) * v, v_previous
            your weights are right, but you return the *old* velocity, so no velocity builds up. Return the new one.
        displacement for the velocity
            (1 + mu) * v, v → (1 + mu) * v, (1 + mu) * v - mu * v_previous
            your weights are right, but you return their whole displacement in place of the velocity. Return the new
            velocity, `mu * v - lr * dw`.
        looked back the wrong way
            w - mu → w + mu
            you add `mu` times the old velocity. *Subtract* it, because `w` already contains the old look-ahead.
        did not go back
            w - mu * v_previous → w
            you do not undo the old look-ahead. Subtract `mu` times the old velocity first.
        did not look ahead
            (1 + mu) * v → v
            you go back to θ and take the step, but you do not look ahead again. Add `mu` times the new velocity as
            well.
        back by μ squared
            w - mu → w - mu * mu
            your step amounts to going back by `mu` squared times the old velocity. Go back by `mu` times the old
            velocity, which leaves μ²·v if you write the step with the old velocity alone.
        old and new exchanged
            w - mu * v_previous + (1 + mu) * v → w - mu * v + (1 + mu) * v_previous
            you swap the old and the new velocity. Go back by the *old* one and forward by the *new* one.
        uphill
            - lr → + lr
            you add the gradient to the velocity, which goes uphill. *Subtract* it.
        μ for 1 + μ
            (1 + mu) → mu
            you multiply the new velocity by μ in line 3. Multiply it by 1 + μ, once for the step and `mu` times for the
            look-ahead.
        1 − μ for 1 + μ
            (1 + mu) → (1 - mu)
            you multiply the new velocity by 1 − μ in line 3. Multiply it by 1 *plus* μ, once for the step and `mu`
            times for the look-ahead.
        bracket forgotten
            (1 + mu) * v → 1 + mu * v
            you leave out the brackets of 1 + μ, so you add 1 to each weight. Multiply the new velocity by `(1 + mu)`.
        whole velocity back
            w - mu * v_previous → w - v_previous
            you go back by the whole old velocity. Go back by only `mu` times the old velocity, as far as you looked
            ahead.
        velocity of the other sign
            - lr → + lr
            w - mu * v_previous + (1 + mu) → w + mu * v_previous - (1 + mu)
            your v points uphill, and you subtract it. Let it point in the direction in which the weights move, `v_new =
            mu * v - lr * dw`, and use line 3 as it is.
        PyTorch's convention
            mu * v - lr * dw → mu * v + dw
            w - mu * v_previous + (1 + mu) * v → w - lr * (dw + mu * v)
            you use PyTorch's convention, with the learning rate outside the velocity. Put the learning rate *into* the
            velocity, `v_new = mu * v - lr * dw`, and use line 3 as it is.
        μ fixed
            v = mu → v = 0.9
            w - mu → w - 0.9
            (1 + mu) → 1.9
            you write μ as the number 0.9. Use the argument `mu`, whose default is 0.9.
        rate twice
            (1 + mu) * v → (1 + mu) * lr * v
            you apply the learning rate twice. Leave it out of line 3, because the velocity already contains it.
        no rate
            lr * dw → dw
            you leave out the learning rate. Subtract `lr * dw` in the velocity.
        whole velocity ahead
            w - mu * v_previous + (1 + mu) → w - v_previous + 2
            you go back by the whole old velocity and look ahead by the whole new one. Go back by `mu` times the old
            velocity and forward by `(1 + mu)` times the new one, because the friction acts first.
    """,
)
