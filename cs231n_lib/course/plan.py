"""Plan of the course: the lessons with their questions, times and successors.

>>> [lesson.folder for lesson in LESSONS][:2]
['01_optimization', '02_backpropagation']
>>> lesson(1).prepares
(2, 8)
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cs231n_lib.checks import Exercise

HOME = "cs231n_lib.lessons"
"""Package that contains a package ``<HOME>.<slug>`` for each lesson."""


class Prerequisite(StrEnum):
    """Knowledge that a lesson requires in addition to earlier lessons.

    The value is the text in the lesson's box.
    """

    ARRAYS = "Arrays, axes and keepdims"
    BROADCASTING = "Broadcasting"
    INDEXING = "Integer and boolean indexing"
    COPIES = "Copies and views"
    GRADIENT = "Partial derivatives and the gradient"
    CHAIN_RULE = "The chain rule"
    TAYLOR = "First-order Taylor and O(h)"
    MATRICES = "Matrix products and shapes"
    SPREAD = "Mean, standard deviation and standard error"
    EIGENVECTORS = "Eigenvectors and the SVD"


@dataclass(frozen=True)
class Lesson:
    """One notebook of the course, in ``NN_slug/NN_slug.ipynb``."""

    number: int
    slug: str
    title: str
    motto: str
    question: str
    writes: str
    """Code that students write in the lesson, as listed in the README."""
    hours: float
    """Hours for the lesson without bonus exercises, rounded to half hours."""
    prepares: tuple[int, ...] = ()
    """Numbers of the later lessons that build on this one."""
    graded: bool = True
    """Whether the lesson has points. An ungraded lesson is optional."""
    core_hours: float = 0.0
    """Hours for the core exercises alone, rounded to half hours."""
    needs: tuple[Prerequisite, ...] = ()
    """Prerequisites in addition to earlier lessons."""

    @property
    def folder(self) -> str:
        """Name of the lesson's folder and notebook."""
        return f"{self.number:02d}_{self.slug}"


LESSONS = (
    Lesson(
        1, "optimization", "Optimization", "follow the slope",
        "How do you find a valley in fog, if all you can ask is how high you stand?",
        "numerical gradients, descent, minibatches, a classifier for digits", 3.5, (2, 8),
        core_hours=2.5,
        needs=(
            Prerequisite.ARRAYS, Prerequisite.BROADCASTING, Prerequisite.INDEXING, Prerequisite.COPIES,
            Prerequisite.GRADIENT, Prerequisite.CHAIN_RULE, Prerequisite.TAYLOR, Prerequisite.MATRICES,
        ),
    ),
    Lesson(
        2, "backpropagation", "Backpropagation", "pass the blame back",
        "A million weights made this error together. How much did each of them contribute?",
        "the chain rule by hand, layers, losses", 4, (3,),
        core_hours=3,
        needs=(
            Prerequisite.ARRAYS, Prerequisite.BROADCASTING, Prerequisite.COPIES, Prerequisite.CHAIN_RULE,
            Prerequisite.MATRICES,
        ),
    ),
    Lesson(
        3, "activations", "Activations", "bend the line",
        "Why does a unit that outputs 0 for every example never learn again?",
        "sigmoid to maxout, dead units", 3.5, (4, 6),
        core_hours=2,
        needs=(Prerequisite.BROADCASTING, Prerequisite.INDEXING, Prerequisite.CHAIN_RULE),
    ),
    Lesson(
        4, "architecture", "Architecture", "layers, width, depth",
        "What can one hidden layer draw, and what does a second one add?",
        "networks of any depth, universal approximation", 4, (7,),
        core_hours=3,
        needs=(Prerequisite.CHAIN_RULE, Prerequisite.MATRICES, Prerequisite.SPREAD),
    ),
    Lesson(
        5, "preprocessing", "Preprocessing", "data before weights",
        "What may you compute from the test set before you train? (Nothing.)",
        "standardising, PCA, whitening, leakage, cross-validation", 4, (6,),
        core_hours=3,
        needs=(
            Prerequisite.ARRAYS, Prerequisite.BROADCASTING, Prerequisite.MATRICES, Prerequisite.SPREAD,
            Prerequisite.EIGENVECTORS,
        ),
    ),
    Lesson(
        6, "initialization", "Initialization", "start well",
        "What is left of a signal ten layers deep when every weight is a little too small?",
        "good initial weights, batch normalisation", 4, (9,),
        core_hours=3,
        needs=(Prerequisite.ARRAYS, Prerequisite.BROADCASTING, Prerequisite.CHAIN_RULE, Prerequisite.SPREAD),
    ),
    Lesson(
        7, "regularization", "Regularization", "fit less to fit better",
        "Why does it help to switch off half of the units at random?",
        "L1, L2, dropout, max-norm", 4, (9,),
        core_hours=2.5,
        needs=(Prerequisite.COPIES, Prerequisite.GRADIENT, Prerequisite.SPREAD),
    ),
    Lesson(
        8, "update_rules", "Update rules", "choose the step",
        "Six update rules get the same gradient. Which of them still makes progress in a narrow valley?",
        "momentum to Adam, schedules, L-BFGS", 4, (9,),
        core_hours=2.5,
        needs=(Prerequisite.COPIES, Prerequisite.GRADIENT, Prerequisite.TAYLOR, Prerequisite.EIGENVECTORS),
    ),
    Lesson(
        9, "training", "Training", "watch, then search",
        "Your loss curve looks odd. Which knob do you turn, and how do you know?",
        "reading curves, searching hyperparameters", 5,
        core_hours=3.5,
        needs=(Prerequisite.INDEXING, Prerequisite.GRADIENT, Prerequisite.SPREAD),
    ),
)  # fmt: skip
"""Graded lessons in the order of the course."""

PRIMER = Lesson(
    number=0,
    slug="primer",
    title="Primer",
    motto="before you start",
    question="Which NumPy and which mathematics do the lessons take for granted?",
    writes="arrays, gradients and linear algebra that the lessons take for granted",
    hours=1,
    prepares=(1,),
    graded=False,
)

BRIDGE = Lesson(
    number=10,
    slug="bridge",
    title="Bridge",
    motto="and beyond",
    question="Who derives the gradients when you no longer do?",
    writes="automatic differentiation in ten lines, and your weights in PyTorch",
    hours=1.5,
    graded=False,
)

NOTEBOOKS = (PRIMER, *LESSONS, BRIDGE)
"""All lessons, including the optional ones."""


def describe_hours(hours: float) -> str:
    """Format a number of hours, with ½ for half an hour.

    >>> describe_hours(3.5), describe_hours(4.0)
    ('3½', '4')
    """
    return f"{int(hours)}{'½' if hours % 1 else ''}"


def slug_of(folder: str) -> str:
    """Return the name of a lesson's package from its folder ``NN_slug``.

    >>> slug_of("08_update_rules")
    'update_rules'
    """
    return folder.partition("_")[2]


def part_of(slug: str, part: str, home: str = HOME) -> ModuleType:
    """Import a module of a lesson, such as its ``milestone``.

    Raises
    ------
    ModuleNotFoundError
        If the lesson has no such module.
    """
    return import_module(f"{home}.{slug}.{part}")


def has_part(slug: str, part: str, home: str = HOME) -> bool:
    """Tell whether a lesson has this module."""
    return bool(find_spec(f"{home}.{slug}") and find_spec(f"{home}.{slug}.{part}"))


def is_loaded(slug: str, part: str, home: str = HOME) -> bool:
    """Tell whether this module of a lesson is already loaded."""
    return f"{home}.{slug}.{part}" in sys.modules


def text_of(slug: str, part: str, home: str = HOME) -> str:
    """Return the source of a lesson's module without importing it, or an empty string."""
    spec = find_spec(f"{home}.{slug}.{part}") if has_part(slug, part, home) else None
    return Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""


def checks_of(slug: str, home: str = HOME) -> ModuleType:
    """Import the checks of a lesson."""
    return part_of(slug, "checks", home)


def exercises_of(checks: ModuleType, *, retired: bool = False) -> "dict[str, Exercise]":
    """Return the exercises in a lesson's ``checks`` by name, in their order there.

    Exercises that only earlier releases have are included if ``retired`` is true.
    """
    from cs231n_lib.checks import Exercise, Retired  # loads NumPy, which `start` does not need

    every = [value for value in vars(checks).values() if isinstance(value, Exercise)]
    return {one.name: one for one in every if retired or not isinstance(one, Retired)}


class LessonError(ValueError):
    """Raised if no lesson has this name. The message lists the lessons."""


def find_folder(name: str, own: Iterable[str] = ()) -> str:
    """Find a lesson's folder by its number, name or folder, in upper or lower case.

    ``own`` lists the folders of an instructor's course, which may have other lessons. They are searched first.

    >>> {find_folder(name) for name in ("1", "01", "Optimization", "01_optimization", "solutions/01_optimization/")}
    {'01_optimization'}
    >>> find_folder("waves", ["11_waves"])
    '11_waves'

    Raises
    ------
    LessonError
        If no lesson matches.
    """
    folders = list(dict.fromkeys((*own, *(one.folder for one in NOTEBOOKS))))
    wanted = Path(name).name.lower()
    for folder in folders:
        number, _, slug = folder.lower().partition("_")
        if wanted and wanted in (folder.lower(), slug, number, number.removeprefix("0")):
            return folder
    raise LessonError(f"No lesson is called {name!r}. Pass the number, name or folder of one of {', '.join(folders)}.")


def find_lesson(name: str) -> Lesson:
    """Find a lesson of the course as `find_folder` does."""
    folder = find_folder(name)
    return next(one for one in NOTEBOOKS if one.folder == folder)


def lesson(number: int) -> Lesson:
    """Return the lesson with this number."""
    return next(one for one in NOTEBOOKS if one.number == number)
