"""What a training curve says, in words: `diagnose` reads a history and names what it sees, why, and what to try.

Each rule below looks for one thing and returns a `Finding` or nothing. The limits are rules of thumb; they were set so
that on small networks a healthy run is left in peace (``tests/training/test_diagnosis.py`` counts how often).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.training.epochs import epochs_alike

LEAST_STEPS = 30
"""Steps without which only the first loss and values that are not finite are judged."""

LEAST_EVALUATIONS = 4
"""Evaluations without which accuracies are not judged."""

MANY_DEAD = 0.4
"""Share of dead units that is named."""


class Trace(Protocol):
    """What is read of a `History`, or of anything shaped like one; columns of evaluations are equally long."""

    @property
    def loss(self) -> FloatArray:
        """Of the batch, for each step."""
        ...

    @property
    def steps(self) -> NDArray[Any]:
        """The number of each step."""
        ...

    @property
    def evaluations(self) -> NDArray[Any]:
        """The number of the step of each evaluation."""
        ...

    @property
    def train_accuracy(self) -> FloatArray:
        """On the training split, for each evaluation."""
        ...

    @property
    def validation_accuracy(self) -> FloatArray:
        """On the validation split, for each evaluation."""
        ...

    @property
    def update_ratio(self) -> FloatArray:
        """‖Δw‖ / ‖w‖, for each evaluation."""
        ...

    @property
    def dead_fraction(self) -> FloatArray:
        """The share of units that are 0 for every example, for each evaluation."""
        ...


@dataclass(frozen=True)
class Finding:
    """One thing a curve shows: its name, the numbers that led to it, and what to try."""

    name: str
    evidence: str
    advice: str

    def __str__(self) -> str:
        return f"{self.name[:1].upper()}{self.name[1:]}: {self.evidence} {self.advice}"


def diagnose(history: Trace, *, classes: int | None = None) -> list[Finding]:
    """Name what the curves of a run show; an empty list means that nothing is out of the ordinary.

    Parameters
    ----------
    history : History
        Of a whole run, or of one that is under way.
    classes : int, optional
        Number of classes K; with it the first loss is held against ln K.

    Examples
    --------
    >>> from cs231n_lib.training.history import History
    >>> history = History()
    >>> for step, loss in enumerate([2.3, 9.1, float("nan")], start=1):
    ...     history.record_step(step, loss=loss, learning_rate=10.0)
    >>> print(diagnose(history)[0])
    Rate too high: the loss is nan at step 3. Try a learning rate ten times smaller.
    """
    # Where the rows' order makes the loss leap, the rate may be right.
    findings = [_start(history, classes), _no_shuffling(history) or _rate_too_high(history)]
    if findings[1] is None:
        findings.append(
            _rate_too_low(history) or _nothing_learned(history) or _plateau(history) or _underfitting(history)
        )
    # Of what a rate kills the rate is the cause, and it is named alone.
    findings += [rule(history) for rule in RULES if findings[1] is None or rule is not _dead_units]
    return [finding for finding in findings if finding is not None]


def _start(history: Trace, classes: int | None) -> Finding | None:
    if classes is None or not len(history.loss) or not np.isfinite(history.loss[0]):
        return None
    first, chance = float(history.loss[0]), float(np.log(classes))
    if 0.5 * chance < first < 2 * chance:
        return None
    evidence = f"the first loss is {first:.3g}, but guessing among {classes} classes costs ln {classes} = {chance:.3g}."
    if first > chance:
        return Finding("start", evidence, "Scale the inputs and the initial weights down, or look at the penalty.")
    return Finding("start", evidence, "Look at the labels, and whether the loss is a mean over the examples.")


def _no_shuffling(history: Trace) -> Finding | None:
    swing, alike = epochs_alike(history.steps, history.loss, history.evaluations)
    if swing < 0.1 or alike < 0.7:
        return None
    evidence = f"the loss rises and falls by {swing:.0%} of its level in every epoch (correlation {alike:.2f})."
    return Finding("no shuffling", evidence, "Try a new order of the rows in each epoch: are they sorted?")


def _rate_too_high(history: Trace) -> Finding | None:
    loss, advice = history.loss, "Try a learning rate ten times smaller."
    broken = np.flatnonzero(~np.isfinite(loss))
    if broken.size:
        step = int(history.steps[broken[0]])
        return Finding("rate too high", f"the loss is {loss[broken[0]]} at step {step}.", advice)
    if len(loss) and loss[-1] > 10 * max(loss[0], 1):
        return Finding("rate too high", f"the loss rose from {loss[0]:.3g} to {loss[-1]:.3g}.", advice)
    if len(loss) < LEAST_STEPS:
        return None
    late = loss[len(loss) // 4 :]
    bounce, level = float(np.abs(np.diff(late)).mean()), float(late[-len(late) // 3 :].mean())
    ratio = history.update_ratio[np.isfinite(history.update_ratio)]
    # Small batches and noisy labels make the loss jump too, but not the weights.
    limit = 0.1 if not ratio.size else 0.04 if ratio.max() > 2e-2 else np.inf
    if bounce > limit * loss[0] and level > 0.1 * loss[0] and not _ends_well(history, level):
        evidence = f"from one step to the next the loss jumps by {bounce:.2g} on average, and stays near {level:.2g}."
        return Finding("rate too high", evidence, "Try a learning rate three to ten times smaller.")
    dead = _share_dead(history)
    if dead >= MANY_DEAD and ratio.size and ratio.max() > 2e-2:
        killed = f"and {dead:.0%} of the hidden units died."
        evidence = f"a step changed the weights by up to {ratio.max():.0%} of their length, {killed}"
        return Finding("rate too high", evidence, "Try a learning rate three to ten times smaller.")
    return None


def _ends_well(history: Trace, level: float) -> bool:
    """Whether the loss, however it jumps, is low by now, and validation accuracy steady: then the rate is as it may be.

    So it is with the rates that a search finds best for small batches.
    """
    _, held_out = _accuracies(history)
    late = held_out[len(held_out) // 3 :]
    steady = len(late) >= LEAST_EVALUATIONS and float(np.abs(np.diff(late)).mean()) < 0.03
    return steady and level < 0.25 * history.loss[0]


def _nothing_learned(history: Trace) -> Finding | None:
    accuracy, _ = _accuracies(history)
    loss = history.loss
    if len(loss) < LEAST_STEPS or len(accuracy) < LEAST_EVALUATIONS or accuracy.max() > 0.5:
        return None
    first, last = float(loss[0]), float(np.mean(loss[-len(loss) // 4 :]))
    if abs(last - first) > 0.02 * first or accuracy.max() - accuracy.min() > 0.03:
        return None
    evidence = f"the loss stays where it began, at {last:.3g}, and the training accuracy at {accuracy[-1]:.2f}."
    return Finding("nothing learned", evidence, "Look at the initial weights: too small, or all equal?")


def _rate_too_low(history: Trace) -> Finding | None:
    loss = history.loss
    if len(loss) < LEAST_STEPS:
        return None
    first, second, third, last = (float(part.mean()) for part in np.array_split(loss, 4))
    noise = float(np.diff(loss).std()) / np.sqrt(len(loss) / 4)
    early, late = first - second, third - last
    if last < 0.7 * loss[0] or first - last < 3 * noise or late < 0.4 * early:
        return None
    evidence = f"the loss falls in a nearly straight line, from {first:.3g} to {last:.3g} in {len(loss)} steps."
    return Finding("rate too low", evidence, "Try a learning rate three to ten times larger.")


def _plateau(history: Trace) -> Finding | None:
    loss = history.loss
    if len(loss) < 2 * LEAST_STEPS:
        return None
    width = max(5, len(loss) // 50)
    mean = np.convolve(loss, np.full(width, 1 / width), mode="valid")
    fallen = np.flatnonzero(mean < 0.9 * mean[0])
    if not fallen.size or mean[-1] > 0.7 * mean[0]:
        return None
    drop = int(fallen[0])
    if drop < 0.15 * len(mean) or mean[drop // 2] < 0.97 * mean[0]:
        return None
    evidence = f"the loss stayed near {mean[0]:.3g} until step {history.steps[drop]}, then fell to {mean[-1]:.3g}."
    return Finding("plateau", evidence, "The start costs time: try a better initialisation, or batch norm.")


def _underfitting(history: Trace) -> Finding | None:
    accuracy, held_out = _accuracies(history)
    if len(accuracy) < 2 * LEAST_EVALUATIONS:
        return None
    last, before = accuracy[-len(accuracy) // 4 :].mean(), accuracy[len(accuracy) // 2 : -len(accuracy) // 4].mean()
    if last > 0.8 or last - before > 0.03 or abs(last - held_out[-len(held_out) // 4 :].mean()) > 0.08:
        return None
    evidence = f"the training accuracy stays at {last:.2f}, and the validation accuracy is about the same."
    return Finding("underfitting", evidence, "Try a larger network, or less regularisation.")


def _overfitting(history: Trace) -> Finding | None:
    accuracy, held_out = _accuracies(history)
    if len(accuracy) < LEAST_EVALUATIONS:
        return None
    gap = accuracy - held_out
    early, late = float(gap[: max(1, len(gap) // 10)].mean()), float(gap[-len(gap) // 4 :].mean())
    # On few rows the gap is there from the first epochs on: then every row is known by heart.
    by_heart = late > 0.06 and accuracy[-len(gap) // 4 :].min() > 0.98
    if not by_heart and (late < 0.1 or late - early < 0.05):
        return None
    evidence = f"training accuracy is {late:.2f} above validation accuracy, and was {early:.2f} above it at first."
    return Finding("overfitting", evidence, "Try more data, stronger regularisation, or stop earlier.")


def _validation_above_training(history: Trace) -> Finding | None:
    accuracy, held_out = _accuracies(history)
    if len(accuracy) < LEAST_EVALUATIONS:
        return None
    lead = float((held_out - accuracy)[len(accuracy) // 2 :].mean())
    if lead < 0.05:
        return None
    evidence = f"validation accuracy is {lead:.2f} above training accuracy in the second half."
    advice = "Look whether the validation split is easier, holds training rows, or the training labels are noisy."
    return Finding("validation above training", evidence, advice)


def _dead_units(history: Trace) -> Finding | None:
    dead = _share_dead(history)
    if dead < MANY_DEAD:
        return None
    evidence = f"{dead:.0%} of the hidden units are 0 on every training row."
    return Finding("dead units", evidence, "Try a smaller learning rate, He's initialisation, or leaky ReLU.")


def _share_dead(history: Trace) -> float:
    """The share of dead units that was measured last; 0 where none was."""
    dead = history.dead_fraction[np.isfinite(history.dead_fraction)]
    return float(dead[-1]) if dead.size else 0.0


def _update_ratio(history: Trace) -> Finding | None:
    ratio = history.update_ratio[np.isfinite(history.update_ratio)]
    if len(ratio) < LEAST_EVALUATIONS:
        return None
    usual = float(np.median(ratio))
    small = usual < 1e-4 and history.loss[-1] > 0.5 * history.loss[0]
    if not small and usual < 5e-2:
        return None
    if usual < 1e-15:
        evidence = "a step leaves the weights as they are, to all 15 digits; 3e-04 to 1e-02 of their length is usual."
        return Finding("update ratio", evidence, "Look at the initial weights: does any gradient reach them?")
    evidence = f"a step changes the weights by {usual:.0e} of their length; 3e-04 to 1e-02 is usual."
    return Finding("update ratio", evidence, f"Try a {'larger' if small else 'smaller'} learning rate.")


def _accuracies(history: Trace) -> tuple[FloatArray, FloatArray]:
    """Training and validation accuracy where both were measured."""
    both = np.isfinite(history.train_accuracy) & np.isfinite(history.validation_accuracy)
    return history.train_accuracy[both], history.validation_accuracy[both]


RULES: tuple[Callable[[Trace], Finding | None], ...] = (
    _overfitting,
    _validation_above_training,
    _dead_units,
    _update_ratio,
)
"""Rules that stand on their own; those about the rate exclude one another and underfitting."""
