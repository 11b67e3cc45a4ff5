"""The capstone at greater length, for those who wish: more epochs, more networks, more pictures, pictures in colour.

All of it looks at validation pictures: the test set was opened once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from cs231n_lib.datasets import Dataset, load_cifar10, load_fashion_mnist, load_whole_fashion_mnist
from cs231n_lib.functions.losses import softmax
from cs231n_lib.lessons.use import Use

from .progress import training_bar

HOURS = 4 * 3600.0
"""How long a form may take before the library's functions take over."""


@dataclass(frozen=True)
class Form:
    """What is trained on, for how many epochs, and how many networks."""

    load: Callable[[Path | None], Dataset]
    epochs: int
    networks: int


FORMS = {
    "20 epochs": Form(lambda at: load_fashion_mnist(), 20, 3),
    "30 epochs": Form(lambda at: load_fashion_mnist(), 30, 3),
    "five networks": Form(lambda at: load_fashion_mnist(), 20, 5),
    "all pictures": Form(load_whole_fashion_mnist, 20, 1),
    "CIFAR-10": Form(load_cifar10, 20, 1),
}
"""The first is the capstone as it is, to compare with."""


@dataclass(frozen=True)
class Longer:
    """What a form reached: accuracies on validation of each network, and of the mean of their probabilities."""

    form: str
    each: tuple[float, ...]
    together: float
    pictures: int
    seconds: float
    says: str

    @property
    def error(self) -> float:
        """The standard error of one accuracy."""
        return float(np.sqrt(self.together * (1 - self.together) / self.pictures))

    def __repr__(self) -> str:
        each = ", ".join(f"{accuracy:.1%}" for accuracy in self.each)
        mean = f"; the mean of their probabilities {self.together:.1%}" if len(self.each) > 1 else ""
        lines = [
            f"{self.form}: {each} of {self.pictures:,} validation pictures{mean}, ± {100 * self.error:.1f} points from "
            f"the pictures. {self.seconds:.0f} s of computing."
        ]
        return "\n".join([*lines, *([self.says.replace("**", "")] if self.says else [])])


def longer(use: Use, form: str, settings: Mapping[str, Any] | None = None, at: Path | str | None = None) -> Longer:
    """Train the student's `fit` in one of the `FORMS`; Stop keeps the networks that are done.

    ``settings`` are those of `fit` but for epochs and seed; by default its own. ``at`` is where a copy of the data
    lies, for a form that would download them.

    Raises
    ------
    ValueError
        There is no such form.
    KeyboardInterrupt
        It was stopped before the first network was done.
    """
    if form not in FORMS:
        raise ValueError(f"longer: there is no form {form!r}; there are {', '.join(FORMS)}")
    chosen = FORMS[form]
    data, run = chosen.load(Path(at) if at else None), use.run(HOURS)
    began, found = process_time(), []
    try:
        with training_bar(chosen.networks, chosen.epochs) as labels:
            for seed in range(chosen.networks):
                how = {**(settings or {}), "epochs": chosen.epochs, "seed": seed}
                scores, _ = run.fit(data.x_train, labels(data.y_train), data.x_validation, **how)
                found.append(softmax(np.asarray(scores, dtype=float)))
    except KeyboardInterrupt:
        if not found:
            raise
    seconds = process_time() - began
    *each, together = (float(np.mean(p.argmax(axis=1) == data.y_validation)) for p in (*found, np.mean(found, axis=0)))
    return Longer(form, tuple(each), together, len(data.y_validation), seconds, run.says)
