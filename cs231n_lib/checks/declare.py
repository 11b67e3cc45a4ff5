"""Declarations of exercises, their rows and their named mistakes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

from numpy.random import Generator

from .run.compare import Tolerance
from .run.flaws import Difference, Flaw
from .run.runner import Case, Function, without_surrogates

Importance = Literal["core", "useful", "extra"]
"""Purpose of an exercise, which prepares students for later lessons, gives practice, or adds a topic of its own."""

WALL_CLOCK_FACTOR = 5.0
"""Wall-clock seconds allowed per second of CPU time, because a grading machine may be busy."""


class RowKind(StrEnum):
    """Kind of a report's row, by what the row tests."""

    FORM = "form"
    PURITY = "purity"
    VALUES = "values"
    PROPERTY = "property"


ADDED_ROW_TITLES = {RowKind.FORM: "Returns the right type and shape", RowKind.PURITY: "Leaves its arguments unchanged"}
"""Titles of the two rows that every exercise with `Values` has besides the declared ones."""


@dataclass(frozen=True)
class Values:
    """Row that compares the function with the reference on ``cases(rng)``.

    ``central`` marks a row that tests the exercise's central property.
    """

    title: str
    weight: float
    cases: Callable[[Generator], Iterable[Case]]
    central: bool = False


class Caller(Protocol):
    """Interface through which a property's test calls the student's function.

    The output of the calls is hidden. All calls of a check share its time limit.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the function returns, or raise what it raises."""

    def each(self, arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        """Return the function's result for each tuple of arguments.

        All arguments must be known before the first call. Grading is faster with ``each`` than with single calls when
        the function is in another process, because a message takes longer than most calls. No two calls may share a
        generator. `Generator.spawn` makes one for each call.
        """


@dataclass(frozen=True)
class Property:
    """Row that requires a property of the function.

    ``test(call, rng)`` raises `Violation` if the property does not hold.

    With ``pure`` the calls must also leave their arguments unchanged. Use ``pure`` in exercises without `Values`,
    because exercises with `Values` have a separate row for unchanged arguments.
    """

    title: str
    weight: float
    test: Callable[[Caller, Generator], None]
    pure: bool = False
    central: bool = False


@dataclass(frozen=True)
class Mistake:
    """Wrong implementation that students are likely to write, with an explanation.

    The check names this mistake if an answer agrees with the implementation by the rules of `MistakeMatcher`. The tests
    run every mistake through the check, which must deduct points and name the mistake.
    """

    name: str
    implementation: Function
    explanation: str


class Violation(Exception):  # noqa: N818  (a verdict on an answer, not a failure of the program)
    """Raised if a `Property` does not hold, or by the ``form`` of an exercise.

    ``sentence`` states the error without reference to an input. ``detail`` holds the numbers of one input, which a
    graded report omits.

    Two answers with the same sentence count as the same mistake only if they have the same ``fingerprint``. Pass a
    value that distinguishes wrong answers with this sentence. Students never see the value. ``credit`` is the fraction
    of the row's points that the answer still earns. ``at_return`` marks a defect of the returned value, so that the
    report points to the ``return``.
    """

    def __init__(
        self,
        sentence: str,
        detail: str = "",
        fingerprint: object = None,
        credit: float = 0.0,
        *,
        at_return: bool = False,
    ) -> None:
        super().__init__(sentence)
        flaw = Flaw.PROPERTY_AT_RETURN if at_return else Flaw.PROPERTY
        facts, shown = (without_surrogates(sentence),), without_surrogates(detail)
        self.difference = Difference(flaw, facts, shown, fingerprint=fingerprint)
        self.credit = credit


@dataclass(frozen=True, eq=False)
class ExerciseSpec:
    """Fields of an exercise, which `Exercise` documents.

    Instances compare by identity because some fields may be lists.
    """

    reference: Function
    points: float
    minutes: int
    difficulty: int
    checks: Sequence[Values | Property]
    mistakes: Sequence[Mistake] = ()
    name: str = ""
    tolerance: Tolerance = field(default_factory=Tolerance)
    forbidden: Sequence[Function] = ()
    builds_on: Sequence[str] = ()
    collect: Callable[[Any], Any] | None = None
    form: Callable[..., Any] | None = None
    seconds: float = 10.0
    cpu_time: bool = False
    required_row: str = ""
    examples_rows: Sequence[str] = ()
    covers: str = ""
    importance: Importance = "useful"

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.reference.__name__)
        used = [("required_row", self.required_row), *(("examples_rows", title) for title in self.examples_rows)]
        for name, title in used:
            if title and title not in self.titles:
                problem = f"{self.name}: {title!r} in {name} is not the title of a row."
                raise ValueError(f"{problem} Use one of {', '.join(map(repr, self.titles))}.")

    @property
    def wall_seconds(self) -> float:
        """Wall-clock time limit, in seconds, of a check in another process."""
        return WALL_CLOCK_FACTOR * self.seconds if self.cpu_time else self.seconds

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles of all rows of the report."""
        added = ADDED_ROW_TITLES.values() if any(isinstance(check, Values) for check in self.checks) else ()
        return (*added, *(check.title for check in self.checks))

    @property
    def central_titles(self) -> tuple[str, ...]:
        """Titles of the rows that test the central property.

        By default there is only one, that of the required row or else of the first row (of values, if there are any).
        """
        declared = tuple(check.title for check in self.checks if check.central)
        first = [check.title for check in self.checks if isinstance(check, Values)] or [self.checks[0].title]
        return declared or (self.required_row or first[0],)
