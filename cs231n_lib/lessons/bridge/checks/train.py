"""Exercise on the training loop, with a model that offers only what the loop may use."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Practice, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray

from . import references


class Bowl:
    """Quadratic loss with its optimizer, whose gradients add up until they are cleared.

    ``calls`` lists the methods called so far.
    """

    def __init__(self, w: FloatArray, curvatures: FloatArray, lr: float) -> None:
        self.w, self.curvatures, self.lr = w, curvatures, lr
        self.grad = np.zeros_like(w)
        self.calls: list[str] = []

    def compute_loss(self) -> "BowlLoss":
        """Compute the loss at the current weights."""
        self.calls.append("compute_loss")
        return BowlLoss(self)

    def zero_grad(self) -> None:
        """Clear the gradient."""
        self.calls.append("zero_grad")
        self.grad = np.zeros_like(self.w)

    def step(self) -> None:
        """Take one step of gradient descent."""
        self.calls.append("step")
        self.w = self.w - self.lr * self.grad


class BowlLoss:
    """Loss of a `Bowl` at the weights of one forward pass."""

    def __init__(self, bowl: Bowl) -> None:
        self.bowl = bowl
        self.slope = bowl.curvatures * bowl.w
        self.data = np.asarray(0.5 * np.sum(self.slope * bowl.w))

    def backward(self) -> None:
        """Add the gradient of this loss to that of the bowl."""
        self.bowl.calls.append("backward")
        self.bowl.grad = self.bowl.grad + self.slope


def _bowl(rng: Generator) -> Bowl:
    return Bowl(rng.uniform(1, 2, 3), rng.uniform(0.5, 2, 3), 0.2)


def _several(rng: Generator) -> Cases:
    for steps in (3, 6):
        bowl = _bowl(rng)
        yield case(f"{steps} steps", bowl.compute_loss, bowl, steps)


def _started(rng: Generator) -> Cases:
    bowl = _bowl(rng)
    bowl.grad = rng.uniform(1, 2, 3)
    yield case("gradients are left from earlier", bowl.compute_loss, bowl, 3)


class _Shared(Bowl):
    """Bowl that is never copied, so that the check sees the calls and the last weights."""

    def __deepcopy__(self, memo: object) -> "_Shared":
        return self


def _last_weights(call: Caller, rng: Generator) -> None:
    start = _bowl(rng)
    bowl = _Shared(start.w, start.curvatures, start.lr)
    call(bowl.compute_loss, bowl, 4)
    if not np.allclose(bowl.w, start.w * (1 - start.lr * start.curvatures) ** 4):
        raise Violation(
            "the parameters must end where the same number of steps of gradient descent leads",
            f"after 4 steps the first weight is {bowl.w[0]:.4g}, and your calls were {', '.join(bowl.calls[:8])}, …",
            fingerprint=tuple(bowl.calls),
        )


train = Practice(
    references.train,
    minutes=15,
    difficulty=2,
    checks=(
        Values("The loss before each step", 5, _several),
        Values("Gradients that are left from earlier", 1, _started),
        Property("The parameters after the last step", 2, _last_weights),
    ),
    slips="""
        gradients pile up
            optimizer.zero_grad() → pass
            you never clear the gradients, so each step uses the sum of all gradients so far. In each step, call
            `optimizer.zero_grad()` before `backward()`.
        cleared only once
            optimizer.zero_grad() → pass
            for _ in range(steps): → optimizer.zero_grad() ⏎ for _ in range(steps):
            you clear the gradients only before the loop. Clear them in each step, because `backward()` adds to them.
        cleared too late
            optimizer.zero_grad() → pass
            optimizer.step() → optimizer.zero_grad() ⏎ optimizer.step()
            you clear the gradients after `backward()`, so the step finds only zeros. Clear them before `backward()`.
        step before the gradient
            optimizer.step() → pass
            optimizer.zero_grad() → optimizer.step() ⏎ optimizer.zero_grad()
            you call `step()` before `backward()`, so it uses the previous gradient. Call `step()` after `backward()`.
        no step
            optimizer.step() → pass
            you take no step, so the parameters never change. Call `optimizer.step()` after `backward()`.
        no backward pass
            loss.backward() → pass
            you run no backward pass, so the gradients stay zero. Call `loss.backward()` before the step.
        one forward pass for all
            loss = compute_loss() → pass
            for _ in range(steps): → loss = compute_loss() ⏎ for _ in range(steps):
            you compute the loss only once, so every step uses the first gradient. Call `compute_loss()` in each step.
        loss after the step
            losses.append(loss.data.item()) → pass
            optimizer.step() → optimizer.step() ⏎ losses.append(compute_loss().data.item())
            you record the loss after the step. Record the loss on which you call `backward()`.
        last loss alone
            return losses → return losses[-1:]
            you return only the last loss. Return the list of all losses.
        one step too few
            range(steps) → range(1, steps)
            your loop takes one step too few. Use `range(steps)`, which counts from 0 and gives `steps` numbers.
        two steps at once
            optimizer.step() → optimizer.step() ⏎ optimizer.step()
            you take two steps with the same gradient. Compute a new gradient before each step.
    """,
)
