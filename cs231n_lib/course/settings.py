"""Settings of a class, read from ``class.toml`` in the course's folder.

A missing key or file means the default. The build writes the result of `Settings.for_students` into the metadata of
each released notebook, under the key ``cs231n``.
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
    str: "a string in quotation marks",
    list: 'a list of names, such as ["adam"]',
    dict: "a table",
    int: "a whole number, such as 10",
    datetime: "a date with a time, such as 2027-02-01T18:00:00+01:00",
}
OPTIONAL_WALLS = (
    "seccomp", "user-namespaces", "read-only-places", "small-places", "file-size", "open-files", "address-space",
    "process-count", "memory",
)  # fmt: skip
"""Walls that ``allow_missing_walls`` may name, as described in docs/sandbox.md."""
TABLES: dict[str, dict[str, type]] = {
    "grading": {"seed": str, "allow_missing_walls": list},
    "show": {"places": bool, "solutions": bool, "changes": bool, "changes_in_feedback": bool},
    "late": {"percent_a_day": int, "free_minutes": int, "slip_days": int},
}
LESSON: dict[str, type] = {"due": datetime, "leave_out": list, "points": dict}


class SettingsError(Exception):
    """Raised if a setting is invalid. The message names it, the reason and a remedy."""

    def __init__(self, file: Path, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}, {key}: {problem}.\n  Remedy: {remedy}.")


@dataclass(frozen=True)
class LessonSettings:
    """Settings of a class for one lesson."""

    due: datetime | None = None
    leave_out: tuple[str, ...] = ()
    """Exercises without points in this class. Their checks still work."""
    points: Mapping[str, float] = field(default_factory=dict)
    """Points of some exercises. `share_points` sets those of the others."""


@dataclass(frozen=True)
class Settings:
    """Settings of a class."""

    file: Path
    """Path of ``class.toml``, which messages quote."""
    seed: str | None = None
    """Secret seed of the test cases in grading, never written into a release."""
    allow_missing_walls: tuple[str, ...] = ()
    """Walls from `OPTIONAL_WALLS` that the sandbox may lack during grading."""
    show_places: bool = True
    """Whether a check shows the place where an answer fails."""
    show_solutions: bool = True
    """Whether a check shows the reference solution after full marks."""
    show_changes: bool = True
    """Whether a check offers a correction from the third failure with the same fault."""
    show_changes_in_feedback: bool = False
    """Whether feedback shows a correction of a graded answer."""
    late_percent_a_day: int = 0
    """Late penalty per day or part of a day, in per cent of the points."""
    late_free_minutes: int = 0
    """Minutes of lateness without a penalty."""
    late_slip_days: int = 0
    """Late days without a penalty in the whole term."""
    lessons: Mapping[str, LessonSettings] = field(default_factory=dict)
    """Settings by lesson folder. Missing lessons have the defaults."""

    def lesson(self, folder: str) -> LessonSettings:
        """Return the settings of the lesson in this folder."""
        return self.lessons.get(folder, LessonSettings())

    def for_students(self, folder: str) -> dict[str, Any]:
        """Return the lesson's non-default settings that concern students."""
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
        if self.show_changes != Settings.show_changes:
            told["show_changes"] = self.show_changes
        return told

    def share_points(self, folder: str, points: Mapping[str, float]) -> dict[str, float]:
        """Return the points of each exercise in this class, with their sum unchanged.

        Exercises in ``leave_out`` get 0. Those whose points are set keep them, and the others share the rest in
        proportion to ``points``, rounded to whole points. The exercises in the result are in the order of the lesson.

        Raises
        ------
        SettingsError
            If a setting names an exercise that is not in the lesson, or the points cannot have the lesson's sum.

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
            problem = f"the settings leave {rest:g} of the lesson's {sum(points.values()):g} points for other exercises"
            remedy = f"leave at least 1 for each of {', '.join(free)}" if free else "make the points add up"
            raise SettingsError(self.file, f"lessons.{folder}", problem, remedy)
        sums = list(accumulate(points[name] for name in free))
        ends = [floor(rest * end / sums[-1] + 0.5) for end in sums[:-1]]
        shares = [float(end - start) for start, end in zip([0, *ends], [*ends, rest], strict=True)]
        worth = fixed | dict(zip(free, shares, strict=True))
        return {name: worth[name] for name in points}

    def _known(self, key: str, name: str, known: Iterable[str]) -> None:
        if name not in known:
            remedy = f"write one of: {', '.join(known)}"
            raise SettingsError(self.file, key, f"the lesson has no exercise {name!r}", remedy)


def read_settings(root: Path) -> Settings:
    """Read ``class.toml`` under ``root``, for all lessons there and in the plan.

    Raises
    ------
    SettingsError
        If the file is not TOML, a key is unknown, or a value does not fit its key.
    """
    file = root / FILE
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(file, "whole file", f"it cannot be read ({error})", "correct this error") from None
    _check_keys(file, "", written, {**dict.fromkeys(TABLES, dict), "lessons": dict})
    for table, keys in TABLES.items():
        _check_keys(file, f"{table}.", written.get(table, {}), keys)
    folders = {lesson.folder for lesson in LESSONS} | {path.name for path in root.glob("solutions/[0-9][0-9]_*")}
    _check_keys(file, "lessons.", written.get("lessons", {}), dict.fromkeys(sorted(folders), dict))
    grading, show, late = (written.get(table, {}) for table in TABLES)
    for key, most in (("percent_a_day", 100), ("free_minutes", None), ("slip_days", 365)):
        value = late.get(key, 0)
        if isinstance(value, bool) or value < 0 or (most is not None and value > most):
            remedy = f"write a whole number {f'from 0 to {most}' if most else 'of at least 0'}"
            raise SettingsError(file, f"late.{key}", f"{value!r} is out of range", remedy)
    walls = grading.get("allow_missing_walls", [])
    if unknown := [wall for wall in walls if wall not in OPTIONAL_WALLS]:
        remedy = f"choose from: {', '.join(OPTIONAL_WALLS)}"
        raise SettingsError(file, "grading.allow_missing_walls", f"the sandbox has no wall {unknown[0]!r:.60}", remedy)
    return Settings(
        file,
        seed=grading.get("seed"),
        allow_missing_walls=tuple(walls),
        show_places=show.get("places", Settings.show_places),
        show_solutions=show.get("solutions", Settings.show_solutions),
        show_changes=show.get("changes", Settings.show_changes),
        show_changes_in_feedback=show.get("changes_in_feedback", Settings.show_changes_in_feedback),
        late_percent_a_day=late.get("percent_a_day", 0),
        late_free_minutes=late.get("free_minutes", 0),
        late_slip_days=late.get("slip_days", 0),
        lessons={folder: _lesson(file, folder, keys) for folder, keys in written.get("lessons", {}).items()},
    )


def _lesson(file: Path, folder: str, written: dict[str, Any]) -> LessonSettings:
    key = f"lessons.{folder}."
    _check_keys(file, key, written, LESSON)
    leave_out, points = written.get("leave_out", []), written.get("points", {})
    if not all(isinstance(name, str) for name in leave_out):
        raise SettingsError(
            file, f"{key}leave_out", "it contains values that are not names", 'write names, such as ["adam"]'
        )
    for name, value in points.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not (isfinite(value) and value > 0):
            remedy = "write a number above 0, or add the exercise to leave_out so that it has no points"
            raise SettingsError(file, f"{key}points.{name}", f"{value!r} is not a valid number of points", remedy)
        if name in leave_out:
            remedy = "remove it from points or from leave_out"
            raise SettingsError(file, f"{key}points.{name}", "the exercise is also in leave_out", remedy)
    return LessonSettings(written.get("due"), tuple(leave_out), points)


def _check_keys(file: Path, prefix: str, table: dict[str, Any], kinds: Mapping[str, type]) -> None:
    for key, value in table.items():
        if key not in kinds:
            raise SettingsError(file, f"{prefix}{key}", "this key is unknown", f"write one of: {', '.join(kinds)}")
        if not isinstance(value, kinds[key]):
            problem = f"{value!r:.60} has the wrong type"
            raise SettingsError(file, f"{prefix}{key}", problem, f"write {KINDS[kinds[key]]}")
