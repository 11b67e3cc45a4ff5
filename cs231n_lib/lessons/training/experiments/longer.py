"""Optional longer runs of the capstone, with more epochs, more networks, more images or colour images.

They report only validation accuracy, because the test set is used once, at the end of the capstone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cs231n_lib.browser import cpu_time
from cs231n_lib.datasets import Dataset, load_cifar10, load_fashion_mnist, load_whole_fashion_mnist
from cs231n_lib.functions.losses import softmax
from cs231n_lib.lessons.use import Use
from cs231n_lib.lessons.waiting import announce, trainings

HOURS = 4 * 3600.0
"""Seconds that a longer run may take before the library's functions replace the student's."""


@dataclass(frozen=True)
class Form:
    """Data, number of epochs and number of networks of a longer run."""

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
"""Longer runs by name. The first one is the capstone itself, for comparison."""


@dataclass(frozen=True)
class Longer:
    """Validation accuracies of each network and of the mean of their probabilities."""

    form: str
    each: tuple[float, ...]
    together: float
    pictures: int
    seconds: float
    says: str

    @property
    def error(self) -> float:
        """Standard error of one accuracy, from the number of images."""
        return float(np.sqrt(self.together * (1 - self.together) / self.pictures))

    def __repr__(self) -> str:
        each = ", ".join(f"{accuracy:.1%}" for accuracy in self.each)
        mean = f", and the mean of their probabilities reaches {self.together:.1%}" if len(self.each) > 1 else ""
        lines = [
            f"{self.form}: accuracy {each} on {self.pictures:,} validation images{mean}. The standard error from the "
            f"choice of images is {100 * self.error:.1f} percentage points. Computing took {self.seconds:.0f} s."
        ]
        return "\n".join([*lines, *([self.says.replace("**", "")] if self.says else [])])


def longer(use: Use, form: str, settings: Mapping[str, Any] | None = None, at: Path | str | None = None) -> Longer:
    """Train with the student's `fit` in one of the `FORMS`. Stop keeps the finished networks.

    Parameters
    ----------
    use : Use
        The student's functions, usually ``mine``.
    form : str
        A key of `FORMS`.
    settings : mapping, optional
        Keyword arguments of `fit` other than ``epochs`` and ``seed``. What is left out has the defaults of `fit`.
    at : path, optional
        Local copy of data that would otherwise be downloaded. This is the archive for ``"CIFAR-10"`` and the folder of
        the original files for ``"all pictures"``, and the other forms ignore it.

    Raises
    ------
    ValueError
        If there is no such form.
    KeyboardInterrupt
        If it is stopped before the first network is finished.
    """
    if form not in FORMS:
        raise ValueError(f"longer: there is no form {form!r}. Choose one of {', '.join(FORMS)}.")
    chosen = FORMS[form]
    data, run = chosen.load(Path(at) if at else None), use.run(HOURS)
    announce(chosen.networks, chosen.epochs, len(data.x_train))
    began, found = cpu_time(), []
    try:
        with trainings(chosen.networks, chosen.epochs) as train:
            for seed in range(chosen.networks):
                how = {**(settings or {}), "epochs": chosen.epochs, "seed": seed}
                scores, _ = train(run, data.x_train, data.y_train, data.x_validation, **how)
                found.append(softmax(np.asarray(scores, dtype=float)))
    except KeyboardInterrupt:
        if not found:
            raise
    seconds = cpu_time() - began
    *each, together = (float(np.mean(p.argmax(axis=1) == data.y_validation)) for p in (*found, np.mean(found, axis=0)))
    return Longer(form, tuple(each), together, len(data.y_validation), seconds, run.says)
