"""A class's settings, read from ``class.toml`` in the course's folder: the only module that reads them.

What is not set has its default, and a file that is not there sets nothing. What concerns students, `for_students`, the
build writes into the metadata of the released notebook, under the key ``cs231n``.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from math import floor, isfinite
from pathlib import Path
from typing import Any

from cs231n_lib.course.plan import LESSONS

FILE = "class.toml"
KINDS: dict[type, str] = {
    bool: "true or false",
    str: "a text in quotation marks",
    list: 'a list of names, such as ["adam"]',
    dict: "a table",
    int: "a whole number, such as 10",
    datetime: "a date with a time, such as 2027-02-01T18:00:00+01:00",
}
TABLES: dict[str, dict[str, type]] = {
    "grading": {"seed": str},
    "show": {"places": bool, "solutions": bool},
    "late": {"percent_a_day": int, "free_minutes": int},
}
LESSON: dict[str, type] = {"due": datetime, "leave_out": list, "points": dict}


class SettingsError(Exception):
    """A setting that cannot be used: in which file and under which key, what is wrong, and what to do."""

    def __init__(self, file: Path, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}, {key}: {problem}.\n  Remedy: {remedy}.")


@dataclass(frozen=True)
class LessonSettings:
    """What a class sets for one lesson.

    Parameters
    ----------
    due : datetime, optional
        When it is to be handed in.
    leave_out : tuple of str
        The exercises that earn nothing in this class; they stay in the notebook, and their checks still answer.
    points : mapping of str to float
        What some exercises are worth here; `share_points` adapts the others.
    """

    due: datetime | None = None
    leave_out: tuple[str, ...] = ()
    points: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """The settings of a class.

    Parameters
    ----------
    file : Path
        Where they come from, for messages.
    seed : str, optional
        The secret one, from which grading draws its cases. It is never written into a release.
    show_places : bool
        Whether a check shows the place in an answer where it goes wrong.
    show_solutions : bool
        Whether a check shows one way to write it, the reference, after full marks.
    late_percent_a_day, late_free_minutes : int
        What lateness costs of the points, for each day that has begun, and how late costs nothing.
    lessons : mapping of str to LessonSettings
        By the folder of the lesson; those that are not in it have the defaults.
    """

    file: Path
    seed: str | None = None
    show_places: bool = True
    show_solutions: bool = True
    late_percent_a_day: int = 0
    late_free_minutes: int = 0
    lessons: Mapping[str, LessonSettings] = field(default_factory=dict)

    def lesson(self, folder: str) -> LessonSettings:
        """What is set for the lesson in this folder."""
        return self.lessons.get(folder, LessonSettings())

    def for_students(self, folder: str) -> dict[str, Any]:
        """What students may know of the settings of a lesson, as JSON holds it; without what has its default."""
        lesson = self.lesson(folder)
        told: dict[str, Any] = {}
        if lesson.due:
            told["due"] = lesson.due.isoformat()
        if lesson.leave_out:
            told["leave_out"] = list(lesson.leave_out)
        if self.show_places != Settings.show_places:
            told["show_places"] = self.show_places
        if self.show_solutions != Settings.show_solutions:
            told["show_solutions"] = self.show_solutions
        return told

    def share_points(self, folder: str, points: Mapping[str, float]) -> dict[str, float]:
        """What each exercise of a lesson is worth in this class; their sum stays what it was.

        What is left out is worth 0. The others, but for those whose points are set, share the rest in proportion to
        their own points, in whole points.

        Parameters
        ----------
        points : mapping of str to float
            The exercises in the order of the lesson, with their own points.

        Raises
        ------
        SettingsError
            If an exercise is not in the lesson, or if what is set does not add up.

        Examples
        --------
        >>> settings = Settings(Path("class.toml"), lessons={"01_demo": LessonSettings(leave_out=("easy",))})
        >>> settings.share_points("01_demo", {"easy": 10, "fair": 20, "hard": 60})
        {'easy': 0.0, 'fair': 23.0, 'hard': 67.0}
        """
        lesson = self.lesson(folder)
        if not (lesson.leave_out or lesson.points):
            return dict(points)
        for key, names in (("leave_out", lesson.leave_out), ("points", lesson.points)):
            for name in names:
                self._known(f"lessons.{folder}.{key}", name, points)
        fixed = {name: 0.0 for name in lesson.leave_out} | {name: float(n) for name, n in lesson.points.items()}
        free = [name for name in points if name not in fixed]
        rest = sum(points.values()) - sum(fixed.values())
        if rest < len(free) or (rest and not free):
            problem = f"of {sum(points.values()):g} points for exercises, what is set leaves {rest:g}"
            remedy = f"leave some for the other exercises: {', '.join(free)}" if free else "make the points add up"
            raise SettingsError(self.file, f"lessons.{folder}", problem, remedy)
        sums = list(accumulate(points[name] for name in free))
        ends = [floor(rest * end / sums[-1] + 0.5) for end in sums[:-1]]
        shares = [float(end - start) for start, end in zip([0, *ends], [*ends, rest], strict=True)]
        worth = fixed | dict(zip(free, shares, strict=True))
        return {name: worth[name] for name in points}

    def _known(self, key: str, name: str, known: Iterable[str]) -> None:
        if name not in known:
            raise SettingsError(self.file, key, f"no exercise {name!r}", f"write one of: {', '.join(known)}")


def read_settings(root: Path) -> Settings:
    """The settings in ``class.toml`` under ``root``, for lessons of the plan and those in ``solutions/``.

    Raises
    ------
    SettingsError
        For what is not TOML, an unknown key, or a value that does not fit its key.
    """
    file = root / FILE
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(file, "whole file", f"it cannot be read ({error})", "correct that place") from None
    _check_keys(file, "", written, {**dict.fromkeys(TABLES, dict), "lessons": dict})
    for table, keys in TABLES.items():
        _check_keys(file, f"{table}.", written.get(table, {}), keys)
    folders = {lesson.folder for lesson in LESSONS} | {path.name for path in root.glob("solutions/[0-9][0-9]_*")}
    _check_keys(file, "lessons.", written.get("lessons", {}), dict.fromkeys(sorted(folders), dict))
    grading, show, late = (written.get(table, {}) for table in TABLES)
    for key, most in (("percent_a_day", 100), ("free_minutes", None)):
        value = late.get(key, 0)
        if isinstance(value, bool) or value < 0 or (most is not None and value > most):
            remedy = f"write a whole number from 0{f' to {most}' if most else ''}"
            raise SettingsError(file, f"late.{key}", f"{value!r} is out of bounds", remedy)
    return Settings(
        file,
        seed=grading.get("seed"),
        show_places=show.get("places", Settings.show_places),
        show_solutions=show.get("solutions", Settings.show_solutions),
        late_percent_a_day=late.get("percent_a_day", 0),
        late_free_minutes=late.get("free_minutes", 0),
        lessons={folder: _lesson(file, folder, keys) for folder, keys in written.get("lessons", {}).items()},
    )


def _lesson(file: Path, folder: str, written: dict[str, Any]) -> LessonSettings:
    key = f"lessons.{folder}."
    _check_keys(file, key, written, LESSON)
    leave_out, points = written.get("leave_out", []), written.get("points", {})
    if not all(isinstance(name, str) for name in leave_out):
        raise SettingsError(file, f"{key}leave_out", "not all are names", 'write names, such as ["adam"]')
    for name, value in points.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not (isfinite(value) and value > 0):
            remedy = "write a number above 0; to make it worth nothing, add it to leave_out"
            raise SettingsError(file, f"{key}points.{name}", f"{value!r} is no number of points", remedy)
        if name in leave_out:
            raise SettingsError(file, f"{key}points.{name}", "it is left out too", "remove it here or in leave_out")
    return LessonSettings(written.get("due"), tuple(leave_out), points)


def _check_keys(file: Path, prefix: str, table: dict[str, Any], kinds: Mapping[str, type]) -> None:
    for key, value in table.items():
        if key not in kinds:
            raise SettingsError(file, f"{prefix}{key}", "an unknown key", f"write one of: {', '.join(kinds)}")
        if not isinstance(value, kinds[key]):
            problem = f"{value!r:.60} is not what belongs here"
            raise SettingsError(file, f"{prefix}{key}", problem, f"write {KINDS[kinds[key]]}")
