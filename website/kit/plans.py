"""Read what only a teacher's page needs, from ``docs/teaching/<lesson>.toml``.

The file contains no number that the lesson has. It names exercises, mistakes and settings of explorables, and the page
takes their points, minutes and results from the lesson.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

FOLDER = "docs/teaching"
MINUTES = 90
"""Length of a class."""


class Activity(StrEnum):
    """What happens in a part of the class."""

    OPEN = "open"
    SHOW = "show"
    WRITE = "write"
    DISCUSS = "discuss"
    CLOSE = "close"


@dataclass(frozen=True)
class Part:
    """A part of the class, with its minutes. ``what`` is an exercise, or the number of a demonstration or question.

    A part without minutes has those of its exercise.
    """

    activity: Activity
    what: str | int = ""
    minutes: int = 0


@dataclass(frozen=True)
class Demonstration:
    """Explorable at one of its presets, with what to ask before and what to say afterwards."""

    explorable: str
    preset: str
    ask: str
    say: str


@dataclass(frozen=True)
class Obstacle:
    """Named mistake of an exercise, with what to ask a student who makes it."""

    exercise: str
    mistake: str
    ask: str


@dataclass(frozen=True)
class Question:
    """Question whose right answer is the reference's result, and whose wrong ones are results of named mistakes."""

    exercise: str
    ask: str
    code: str
    right: str
    why: str
    wrong: Mapping[str, str]
    """Result of each named mistake."""


@dataclass(frozen=True)
class Plan:
    """What the teacher of one lesson needs besides the lesson."""

    folder: str
    reviewed: date
    answer: str
    """Answer to the lesson's question, with which the class opens and closes."""
    goals: tuple[tuple[str, ...], ...]
    """Exercises that show each goal of the lesson, in the order of the goals."""
    parts: tuple[Part, ...]
    demonstrations: tuple[Demonstration, ...]
    obstacles: tuple[Obstacle, ...]
    questions: tuple[Question, ...]


def read_plan(root: Path, folder: str) -> Plan:
    """Read the plan of the lesson in ``folder``."""
    data = _data(root, folder)
    return Plan(
        folder,
        data["reviewed"],
        data["answer"],
        tuple(map(tuple, data["goals"])),
        tuple(Part(Activity(part.pop("do")), **part) for part in data["plan"]),
        tuple(Demonstration(**one) for one in data["demonstrations"]),
        tuple(Obstacle(**one) for one in data["obstacles"]),
        tuple(Question(**one) for one in data["questions"]),
    )


def has_plan(root: Path, folder: str) -> bool:
    """Tell whether the lesson in ``folder`` has a plan. The optional lessons have none."""
    return "plan" in _data(root, folder)


def review_date(root: Path, folder: str) -> date | None:
    """Return the day of the last review of the lesson in ``folder``, if it is known."""
    return _data(root, folder).get("reviewed")


def _data(root: Path, folder: str) -> dict[str, Any]:
    path = root / FOLDER / f"{folder}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
