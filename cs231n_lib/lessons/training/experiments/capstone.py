"""The capstone, a search for settings, a decision on validation images and one evaluation on test images."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import NormalDist
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.front_end import has_live_front_end, progress_bar
from cs231n_lib.functions.losses import softmax
from cs231n_lib.lessons.training import checks
from cs231n_lib.lessons.use import Use
from cs231n_lib.lessons.waiting import announce, trainings
from cs231n_lib.search import Results, Trial

PEOPLE = 0.835
PEOPLE_ERROR = float(np.sqrt(PEOPLE * (1 - PEOPLE) / 1_000))
"""Standard error of the accuracy of people, measured on 1,000 images."""
FEW, EPOCHS, TRIALS = 1_000, 6, 8
FULL_EPOCHS = 20
"""Default number of epochs of `fit`."""
LOW, HIGH = np.array([3e-4, 1.0, 1e-6]), np.array([3e-2, np.exp(0.6), 1e-2])
"""Ends of the ranges of the learning rate, of exp(drop_prob) and of λ.

The search is uniform in the logarithm, so drop_prob itself is uniform from 0 to 0.6.
"""

SMALLER = "For one network, write `experiments.decide(mine, settings, seeds=1)`."
ALONE = "This is one network, so the following cells judge it alone instead of an ensemble."

RECORD = "test_set.json"
OWN = (
    "fit",
    "network_loss",
    "gradient_check_network",
    "random_search",
    "confusion_matrix",
    "accuracy_error",
    "open_test_set",
)
PARTS = tuple(dict.fromkeys(part for name in OWN for part in (name, *getattr(checks, name).builds_on)))
"""All functions that the capstone uses, from this lesson and from earlier ones that it builds on."""


def tries(use: Use, trials: int = TRIALS, seed: int = 0) -> Results:
    """Run the student's random search for settings of `fit`, with 1,000 images and six epochs per trial.

    `random_search` is called twice with the same random numbers. The first call yields its points, and the second one,
    after all of them have been trained, its choice. So the time limit of `random_search` excludes the training, and
    Stop keeps the finished trials.
    """
    run, clothes = use.run(), load_fashion_mnist()
    rows = np.random.default_rng([seed, 2]).permutation(len(clothes.x_train))[:FEW]
    x, y = clothes.x_train[rows], clothes.y_train[rows]
    found: dict[tuple[float, ...], Trial] = {}

    def searched(objective: Callable[[FloatArray], float]) -> Any:
        return run.random_search(objective, LOW, HIGH, trials, np.random.default_rng([seed, 1]))

    def value(point: FloatArray) -> float:
        trial = found.get(tuple(point))
        return trial.value if trial and trial.value is not None else 0.0

    complete = False
    _, points, _ = searched(lambda point: 0.0)
    try:
        with progress_bar(len(points), "trial") as bar:
            for point in points:
                began, settings = perf_counter(), _settings(point)
                scores, _ = run.fit(x, y, clothes.x_validation, **settings, epochs=EPOCHS, seed=seed)
                right = float(np.mean(scores.argmax(axis=1) == clothes.y_validation))
                found[tuple(point)] = Trial(settings, right, None, perf_counter() - began)
                bar.update()
        best = _settings(searched(value)[0])
        complete = True
        note = f"Chosen: learning rate {best['lr']:.4f}, dropout {best['drop_prob']:.2f}, λ {best['strength']:.0e}."
    except KeyboardInterrupt:
        note = f"You stopped after {len(found)} of {trials} trials."
    return Results(tuple(found.values()), True, complete, f"{note}\n{run.says}".strip())


def _settings(point: FloatArray) -> dict[str, float]:
    """Settings of `fit` at a point of the search."""
    return {"lr": float(point[0]), "drop_prob": max(0.0, float(np.log(point[1]))), "strength": float(point[2])}


def per_cent(share: Any) -> str:
    """Percentage, with an ≈ if a program runs the notebook, because the last digits depend on the processor."""
    return f"{share:.1%}" if has_live_front_end() else f"≈ {share:.1%}"


def tried(found: Results) -> str:
    """Table of the trials in their order, with the best one marked, and the search's note."""
    rows = [f"{'learning rate':>13} {'dropout':>8} {'λ':>8}   validation accuracy"]
    best = max((trial.value or 0.0 for trial in found.trials), default=0.0)
    for trial in found.trials:
        p, mark = trial.parameters, "  ← best" if trial.value == best else ""
        rows.append(
            f"{p['lr']:13.4f} {p['drop_prob']:8.2f} {p['strength']:8.0e}   {per_cent(trial.value or 0.0)}{mark}"
        )
    return "\n".join([*rows, found.note.replace("**", "")])


@dataclass(frozen=True)
class Decided:
    """Probabilities of networks of several seeds on validation images (S, 1000, 10) and on the unopened test images."""

    validation: FloatArray
    labels: NDArray[Any]
    w1: FloatArray
    names: tuple[str, ...]
    says: str
    sealed: FloatArray = field(repr=False)

    def __repr__(self) -> str:
        each = [np.mean(p.argmax(axis=1) == self.labels) for p in self.validation]
        lines = [f"seed {seed}: {per_cent(accuracy)} of the validation images" for seed, accuracy in enumerate(each)]
        together = np.mean(self.predicted == self.labels)
        several = f"mean of their probabilities: {per_cent(together)}"
        lines.append(several if len(each) > 1 else ALONE)
        return "\n".join([*lines, *([self.says.replace("**", "")] if self.says else [])])

    @property
    def predicted(self) -> NDArray[np.int64]:
        """Class of each validation image by the mean probability of the networks."""
        return self.validation.mean(axis=0).argmax(axis=1)


def decide(use: Use, settings: Mapping[str, Any], seeds: int = 3) -> Decided:
    """Train the student's `fit` with these settings from several seeds. Stop keeps the finished networks.

    Raises
    ------
    KeyboardInterrupt
        If it is stopped before the first network is finished.
    """
    clothes = load_fashion_mnist()
    new = np.concatenate([clothes.x_validation, clothes.x_test])
    found, replaced, says = list[FloatArray](), set[str](), ""
    epochs = settings.get("epochs", FULL_EPOCHS)
    announce(seeds, epochs, len(clothes.x_train), SMALLER if seeds > 1 else "")
    try:
        with trainings(seeds, epochs) as train:
            for seed in range(seeds):
                run = use.run()  # so that the time limit applies to each training
                scores, w1 = train(run, clothes.x_train, clothes.y_train, new, **settings, seed=seed)
                found.append(softmax(np.asarray(scores, dtype=float)))
                says, replaced = run.says, replaced.union(run.library) if run.says else replaced
    except KeyboardInterrupt:
        if not found:
            raise
    validation, sealed = np.split(np.array(found), [len(clothes.x_validation)], axis=1)
    says = f"{says} {counted(use, replaced)}" if says else ""
    return Decided(validation, clothes.y_validation, w1, clothes.class_names, says, sealed)


def counted(use: Use, replaced: Collection[str] = ()) -> str:
    """Report how many of the capstone's functions are the student's, except those ``replaced`` in a run."""
    run = use.run()
    for name in PARTS:
        getattr(run, name)
    yours = [name for name in run.yours if name not in replaced]
    says = f"Your library: {len(yours)} of the {len(PARTS)} functions that the capstone uses."
    return says if "fit" in yours or not yours else f"{says} A network runs on them once `fit` is yours."


@dataclass(frozen=True)
class Tested:
    """Test accuracy with its standard error, and how often the student asked for it."""

    accuracy: float
    error: float
    asked: int
    says: str = ""

    def __repr__(self) -> str:
        both = 100 * float(np.hypot(self.error, PEOPLE_ERROR))
        lead = f"{100 * (self.accuracy - PEOPLE):+.1f}".replace("-", "−")
        lead = lead if has_live_front_end() else f"≈ {lead}"
        lines = [
            f"network  {per_cent(self.accuracy)} of 1,000 test images, standard error {100 * self.error:.1f} points",
            f"people   {PEOPLE:.1%} of 1,000 other test images, standard error {100 * PEOPLE_ERROR:.1f} points",
            f"network minus people {lead} points, standard error {both:.1f} points",
        ]
        if self.asked > 1:
            lines.append(
                f"You have asked for the test accuracy {self.asked} times, and this is the first result. The best of "
                f"{self.asked} equally good networks would be up to {100 * gain_by_luck(self.asked) * self.error:.1f} "
                "points too high by luck alone, and less if they make the same mistakes."
            )
        return "\n".join([*lines, *([self.says.replace("**", "")] if self.says else [])])


def gain_by_luck(k: int) -> float:
    """Expected lead of the best of ``k`` equal networks over their mean, in standard errors (Blom's approximation).

    >>> [round(gain_by_luck(k), 2) for k in (1, 2, 10)]
    [0.0, 0.59, 1.55]
    """
    return NormalDist().inv_cdf((k - 0.375) / (k + 0.25))


def open_once(use: Use, decided: Decided, folder: Path | None = None) -> Tested:
    """Evaluate on the test set with the student's `open_test_set`, and keep its record in the notebook's folder."""
    run, labels = use.run(), load_fashion_mnist().y_test
    right = decided.sealed.mean(axis=0).argmax(axis=1) == labels
    path = (folder or Path()) / RECORD if folder or has_live_front_end() else None
    record = run.open_test_set(_read(path), lambda: float(np.mean(right)))
    if path:
        path.write_text(json.dumps({name: float(value) for name, value in record.items()}) + "\n", encoding="utf-8")
    error, _, _ = run.accuracy_error(right, right)
    return Tested(float(record["accuracy"]), float(error), int(record["asked"]), run.says)


def _read(path: Path | None) -> dict[str, Any]:
    """The record, or an empty one if the file is missing or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path else {}
        return {"accuracy": float(found["accuracy"]), "asked": int(found["asked"])} if found else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
