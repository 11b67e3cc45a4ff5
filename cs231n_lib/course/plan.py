"""The lessons as data: what each asks, how long it takes, and which later ones it prepares.

>>> [lesson.folder for lesson in LESSONS][:2]
['01_optimization', '02_backpropagation']
>>> lesson(1).prepares
(2, 8)
"""

import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from cs231n_lib.checks import Exercise

HOME = "cs231n_lib.lessons"
"""The package in which each lesson has its own: ``<HOME>.<slug>``."""


@dataclass(frozen=True)
class Lesson:
    """One notebook of the course: folder ``NN_slug``, notebook ``NN_slug.ipynb``, 100 points if it is graded.

    Parameters
    ----------
    writes : str
        What students write in it, for the list in the README.
    hours : int
        The time for all of it: reading, exercises, experiments. A plan as long as the lesson is not written.
    prepares : tuple of int
        The numbers of the later lessons that build on this one.
    graded : bool
        Whether it has exercises; without them it is for who likes, and counts for nothing.
    """

    number: int
    slug: str
    title: str
    motto: str
    question: str
    writes: str
    hours: int
    prepares: tuple[int, ...] = ()
    graded: bool = True

    @property
    def folder(self) -> str:
        """The name of the lesson's folder, and of the notebook in it."""
        return f"{self.number:02d}_{self.slug}"


LESSONS = (
    Lesson(
        1, "optimization", "Optimization", "follow the slope",
        "How do you find a valley in fog, if all you can ask is how high you stand?",
        "numerical gradients, descent, minibatches, a classifier for digits", 3, (2, 8),
    ),
    Lesson(
        2, "backpropagation", "Backpropagation", "pass the blame back",
        "A million weights made this error together. How much of it is whose?",
        "the chain rule by hand, layers, losses", 3, (3,),
    ),
    Lesson(
        3, "activations", "Activations", "bend the line",
        "Why does a unit that says 0 to every example never learn again?",
        "sigmoid to maxout, dead units", 3, (4, 6),
    ),
    Lesson(
        4, "architecture", "Architecture", "layers, width, depth",
        "What can one hidden layer draw, and what does a second one add?",
        "networks of any depth, universal approximation", 3, (7,),
    ),
    Lesson(
        5, "preprocessing", "Preprocessing", "data before weights",
        "What may you compute from the test set before you train? (Nothing.)",
        "standardising, PCA, whitening, leakage", 3, (6,),
    ),
    Lesson(
        6, "initialization", "Initialization", "start well",
        "Ten layers deep, what is left of a signal when every weight is a little too small?",
        "good first weights, batch normalisation", 3, (9,),
    ),
    Lesson(
        7, "regularization", "Regularization", "fit less to fit better",
        "Why does it help to switch off half of the units at random?",
        "L1, L2, dropout, max-norm", 3, (9,),
    ),
    Lesson(
        8, "update_rules", "Update rules", "choose the step",
        "Same slope, six ways to step: which one still moves when the valley is narrow?",
        "momentum to Adam, schedules, L-BFGS", 3, (9,),
    ),
    Lesson(
        9, "training", "Training", "watch, then search",
        "Your loss curve looks odd. Which knob do you turn, and how do you know?",
        "reading curves, searching hyperparameters", 4,
    ),
)  # fmt: skip
"""In the order in which they are meant to be taken."""

BRIDGE = Lesson(
    number=10,
    slug="bridge",
    title="Bridge",
    motto="and beyond",
    question="Who derives the gradients when you no longer do?",
    writes="automatic differentiation in ten lines, and your weights in PyTorch",
    hours=1,
    graded=False,
)

NOTEBOOKS = tuple(sorted((*LESSONS, BRIDGE), key=lambda one: one.number))
"""The lessons, and what is not graded: optional, without checks, and in no sum of points."""


def slug_of(folder: str) -> str:
    """The name of a lesson's package, from that of its folder ``NN_slug``.

    >>> slug_of("08_update_rules")
    'update_rules'
    """
    return folder.partition("_")[2]


def part_of(slug: str, part: str, home: str = HOME) -> ModuleType:
    """A module of a lesson, such as its ``milestone``: nothing else in the course is imported by a computed name.

    Raises
    ------
    ModuleNotFoundError
        If the lesson has none.
    """
    return import_module(f"{home}.{slug}.{part}")


def has_part(slug: str, part: str, home: str = HOME) -> bool:
    """Whether there is such a lesson, and it has this module."""
    return bool(find_spec(f"{home}.{slug}") and find_spec(f"{home}.{slug}.{part}"))


def is_loaded(slug: str, part: str, home: str = HOME) -> bool:
    """Whether this module of a lesson is loaded already."""
    return f"{home}.{slug}.{part}" in sys.modules


def text_of(slug: str, part: str, home: str = HOME) -> str:
    """The text of this module of a lesson, without loading it; empty where there is none."""
    spec = find_spec(f"{home}.{slug}.{part}") if has_part(slug, part, home) else None
    return Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""


def checks_of(slug: str, home: str = HOME) -> ModuleType:
    """The checks of a lesson."""
    return part_of(slug, "checks", home)


def exercises_of(checks: ModuleType) -> dict[str, Exercise]:
    """The exercises that a lesson's ``checks`` offer, by name, in the order in which they stand there."""
    return {value.name: value for value in vars(checks).values() if isinstance(value, Exercise)}


def lesson(number: int) -> Lesson:
    """The lesson of this number, counted from 1."""
    return next(one for one in NOTEBOOKS if one.number == number)
