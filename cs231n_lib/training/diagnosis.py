"""Diagnosis of training curves.

Each rule below looks for one problem and returns a `Finding` or None. The thresholds are rules of thumb. We set them on
small networks so that healthy runs rarely cause a finding. ``tests/training/test_diagnosis.py`` counts these findings.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.training.epochs import compare_epochs
from cs231n_lib.training.history import History

MIN_STEPS = 30
"""Minimum number of steps for the rules that judge the shape of the loss curve."""

MIN_EVALUATIONS = 4
"""Minimum number of evaluations for the rules on accuracies and the update ratio."""

MAX_DEAD_FRACTION = 0.4
"""Smallest fraction of dead units that the diagnosis reports."""


@dataclass(frozen=True)
class RunCurves:
    """Curves that the rules read, for a run without a complete `History`."""

    steps: FloatArray
    loss: FloatArray
    evaluations: FloatArray
    train_accuracy: FloatArray
    validation_accuracy: FloatArray
    update_ratio: FloatArray
    dead_fraction: FloatArray


Trace = History | RunCurves


@dataclass(frozen=True)
class Finding:
    """Problem that the curves show, with a name, the evidence and advice."""

    name: str
    evidence: str
    advice: str

    def __str__(self) -> str:
        return f"{self.name[:1].upper()}{self.name[1:]}: {self.evidence} {self.advice}"


def diagnose(history: Trace, *, classes: int | None = None) -> list[Finding]:
    """Find the problems that a run's curves show.

    Parameters
    ----------
    history : History
        Record of a finished or unfinished run.
    classes : int, optional
        Number of classes K. If given, the first loss is compared with ln K.

    Returns
    -------
    list of Finding
        Empty if no rule finds a problem.

    Examples
    --------
    >>> history = History()
    >>> for step, loss in enumerate([2.3, 9.1, float("nan")], start=1):
    ...     history.record_step(step, loss=loss, learning_rate=10.0)
    >>> print(diagnose(history)[0])
    Rate too high: the loss is nan at step 3. Try a learning rate ten times smaller.
    """
    # A loss that jumps because the rows are never shuffled says nothing about the learning rate.
    findings = [_first_loss(history, classes), _no_shuffling(history) or _rate_too_high(history)]
    if findings[1] is None:
        findings.append(
            _rate_too_low(history) or _nothing_learned(history) or _plateau(history) or _underfitting(history)
        )
    # If the learning rate killed the units, only the learning rate is reported.
    findings += [rule(history) for rule in RULES if findings[1] is None or rule is not _dead_units]
    return [finding for finding in findings if finding is not None]


def _first_loss(history: Trace, classes: int | None) -> Finding | None:
    if classes is None or not len(history.loss) or not np.isfinite(history.loss[0]):
        return None
    first, chance = float(history.loss[0]), float(np.log(classes))
    if 0.5 * chance < first < 2 * chance:
        return None
    evidence = f"the first loss is {first:.3g}, but guessing among {classes} classes costs ln {classes} = {chance:.3g}."
    if first > chance:
        return Finding("start", evidence, "Scale down the inputs and the initial weights, or check the penalty.")
    return Finding("start", evidence, "Check the labels, and check that the loss is a mean over the examples.")


def _no_shuffling(history: Trace) -> Finding | None:
    swing, correlation = compare_epochs(history.steps, history.loss, history.evaluations)
    if swing < 0.1 or correlation < 0.7:
        return None
    evidence = f"the loss rises and falls by {swing:.0%} of its level in every epoch (correlation {correlation:.2f})."
    return Finding("no shuffling", evidence, "Shuffle the rows before each epoch. They may be sorted.")


def _rate_too_high(history: Trace) -> Finding | None:
    loss, advice = history.loss, "Try a learning rate ten times smaller."
    broken = np.flatnonzero(~np.isfinite(loss))
    if broken.size:
        step = int(history.steps[broken[0]])
        return Finding("rate too high", f"the loss is {loss[broken[0]]} at step {step}.", advice)
    if len(loss) and loss[-1] > 10 * max(loss[0], 1):
        return Finding("rate too high", f"the loss rose from {loss[0]:.3g} to {loss[-1]:.3g}.", advice)
    if len(loss) < MIN_STEPS:
        return None
    late = loss[len(loss) // 4 :]
    bounce, level = float(np.abs(np.diff(late)).mean()), float(late[-len(late) // 3 :].mean())
    ratio = history.update_ratio[np.isfinite(history.update_ratio)]
    # Small batches and noisy labels also make the loss jump, but they do not make the weights jump.
    limit = 0.1 if not ratio.size else 0.04 if ratio.max() > 2e-2 else np.inf
    if bounce > limit * loss[0] and level > 0.1 * loss[0] and not _has_converged(history, level):
        evidence = f"from one step to the next the loss jumps by {bounce:.2g} on average, and stays near {level:.2g}."
        return Finding("rate too high", evidence, "Try a learning rate three to ten times smaller.")
    dead = _last_dead_fraction(history)
    if dead >= MAX_DEAD_FRACTION and ratio.size and ratio.max() > 2e-2:
        killed = f"and {dead:.0%} of the hidden units died."
        evidence = f"a step changed the weights by up to {ratio.max():.0%} of their length, {killed}"
        return Finding("rate too high", evidence, "Try a learning rate three to ten times smaller.")
    return None


def _has_converged(history: Trace, level: float) -> bool:
    """Whether the loss is low and the validation accuracy steady.

    With small batches, this holds at the best learning rates although the loss jumps.
    """
    _, held_out = _accuracies(history)
    late = held_out[len(held_out) // 3 :]
    steady = len(late) >= MIN_EVALUATIONS and float(np.abs(np.diff(late)).mean()) < 0.03
    return steady and level < 0.25 * history.loss[0]


def _nothing_learned(history: Trace) -> Finding | None:
    accuracy, _ = _accuracies(history)
    loss = history.loss
    if len(loss) < MIN_STEPS or len(accuracy) < MIN_EVALUATIONS or accuracy.max() > 0.5:
        return None
    first, last = float(loss[0]), float(np.mean(loss[-len(loss) // 4 :]))
    if abs(last - first) > 0.02 * first or accuracy.max() - accuracy.min() > 0.03:
        return None
    evidence = f"the loss stays near its first value, {last:.3g}, and training accuracy stays at {accuracy[-1]:.2f}."
    return Finding("nothing learned", evidence, "Check whether the initial weights are too small or all equal.")


def _rate_too_low(history: Trace) -> Finding | None:
    loss = history.loss
    if len(loss) < MIN_STEPS:
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
    if len(loss) < 2 * MIN_STEPS:
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
    return Finding("plateau", evidence, "Try a better initialisation, or batch norm, to shorten the plateau.")


def _underfitting(history: Trace) -> Finding | None:
    accuracy, held_out = _accuracies(history)
    if len(accuracy) < 2 * MIN_EVALUATIONS:
        return None
    last, before = accuracy[-len(accuracy) // 4 :].mean(), accuracy[len(accuracy) // 2 : -len(accuracy) // 4].mean()
    if last > 0.8 or last - before > 0.03 or abs(last - held_out[-len(held_out) // 4 :].mean()) > 0.08:
        return None
    evidence = f"the training accuracy stays at {last:.2f}, and the validation accuracy is about the same."
    return Finding("underfitting", evidence, "Try a larger network, or less regularisation.")


def _overfitting(history: Trace) -> Finding | None:
    accuracy, held_out = _accuracies(history)
    if len(accuracy) < MIN_EVALUATIONS:
        return None
    gap = accuracy - held_out
    early, late = float(gap[: max(1, len(gap) // 10)].mean()), float(gap[-len(gap) // 4 :].mean())
    # A small training set is memorised within the first epochs, so its gap need not grow.
    memorised = late > 0.06 and accuracy[-len(gap) // 4 :].min() > 0.98
    if not memorised and (late < 0.1 or late - early < 0.05):
        return None
    evidence = f"training accuracy is {late:.2f} above validation accuracy, and was {early:.2f} above it at first."
    return Finding("overfitting", evidence, "Try more data or stronger regularisation, or stop earlier.")


def _validation_above_training(history: Trace) -> Finding | None:
    accuracy, held_out = _accuracies(history)
    if len(accuracy) < MIN_EVALUATIONS:
        return None
    lead = float((held_out - accuracy)[len(accuracy) // 2 :].mean())
    if lead < 0.05:
        return None
    evidence = f"validation accuracy is {lead:.2f} above training accuracy in the second half of the run."
    advice = "Check whether the validation split is easier or contains training rows, and whether labels are noisy."
    return Finding("validation above training", evidence, advice)


def _dead_units(history: Trace) -> Finding | None:
    dead = _last_dead_fraction(history)
    if dead < MAX_DEAD_FRACTION:
        return None
    evidence = f"{dead:.0%} of the hidden units are 0 on every evaluated training row."
    return Finding("dead units", evidence, "Try a smaller learning rate, He's initialisation, or leaky ReLU.")


def _last_dead_fraction(history: Trace) -> float:
    """Fraction of dead units in the latest measurement, or 0 if there is none."""
    dead = history.dead_fraction[np.isfinite(history.dead_fraction)]
    return float(dead[-1]) if dead.size else 0.0


def _update_ratio(history: Trace) -> Finding | None:
    ratio = history.update_ratio[np.isfinite(history.update_ratio)]
    if len(ratio) < MIN_EVALUATIONS:
        return None
    usual = float(np.median(ratio))
    small = usual < 1e-4 and history.loss[-1] > 0.5 * history.loss[0]
    if not small and usual < 5e-2:
        return None
    if usual < 1e-15:
        evidence = "a step changes the weights by less than 10⁻¹⁵ of their length, but 3 × 10⁻⁴ to 10⁻² is usual."
        return Finding("update ratio", evidence, "Check whether any gradient reaches the weights.")
    evidence = f"a step changes the weights by {usual:.0e} of their length, but 3 × 10⁻⁴ to 10⁻² is usual."
    return Finding("update ratio", evidence, f"Try a {'larger' if small else 'smaller'} learning rate.")


def _accuracies(history: Trace) -> tuple[FloatArray, FloatArray]:
    """Training and validation accuracy at the evaluations that measured both."""
    both = np.isfinite(history.train_accuracy) & np.isfinite(history.validation_accuracy)
    return history.train_accuracy[both], history.validation_accuracy[both]


RULES: tuple[Callable[[Trace], Finding | None], ...] = (
    _overfitting,
    _validation_above_training,
    _dead_units,
    _update_ratio,
)
"""Rules that can each add a finding. All others, except the one on the first loss, add at most one in total."""
