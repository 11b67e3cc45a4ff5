"""What an exercise is declared with: its fields, rows that weigh an answer, and mistakes that can be named."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from numpy.random import Generator

from .compare import Difference, Tolerance
from .runner import Case, Function

PATIENCE = 5.0
"""How many seconds on the wall are waited for one of computing: a machine that grades may be busy."""


class Kind(StrEnum):
    """What a row of a report looks at."""

    FORM = "form"
    PURITY = "purity"
    VALUES = "values"
    PROPERTY = "property"


TITLES = {Kind.FORM: "Returns the right type and shape", Kind.PURITY: "Leaves its arguments unchanged"}
"""What the two rows are called that every exercise with `Values` has besides its own."""


@dataclass(frozen=True)
class Values:
    """The function must return what the reference returns, on each of the cases that ``cases(rng)`` draws."""

    title: str
    weight: float
    cases: Callable[[Generator], Iterable[Case]]


class Caller(Protocol):
    """What the test of a `Property` calls the student's function by, silenced and within the time limit."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function returns; what it raises rises here."""

    def each(self, arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        """What it returns for each of these arguments, which are known before the first call.

        A class is graded sooner so: where the function lives in another process, asking it takes longer than most of
        its calls. No two of them may have a generator in common: `Generator.spawn` makes as many as there are calls.
        """


@dataclass(frozen=True)
class Property:
    """Something must hold of the function; ``test(call, rng)`` raises `Wrong` where it does not.

    ``pure`` asks besides that the calls leave their arguments as they were: for an exercise without `Values`, which
    have a row on that.
    """

    title: str
    weight: float
    test: Callable[[Caller, Generator], None]
    pure: bool = False


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that students are known to write, and the sentence that helps them out of it.

    An answer that does on the same inputs what this one does is named after it. The tests run every mistake through the
    check: it must lose points and be named.
    """

    name: str
    implementation: Function
    explanation: str


class Wrong(Exception):  # noqa: N818  (it reads as a verdict: raise Wrong("…"))
    """Raised by the test of a `Property`.

    The sentence says what the function does wrong, whatever the input; ``detail`` holds the numbers of this input,
    which a graded report leaves out.

    Two answers of which the same is said count as the same mistake only if ``apart`` is equal, too: the value by which
    wrong answers differ that one sentence fits. No student sees it. ``share`` is the share of the row's points that is
    earned all the same.
    """

    def __init__(self, sentence: str, detail: str = "", apart: object = None, share: float = 0.0) -> None:
        super().__init__(sentence)
        self.difference = Difference(sentence, detail, apart=apart)
        self.share = share


@dataclass(frozen=True, eq=False)
class Task:
    """The fields of an exercise; see `Exercise`. It is equal to itself alone, since some of them may be lists."""

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
    of_cpu: bool = False
    first: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.reference.__name__)
        if self.first and self.first not in self.titles:
            raise ValueError(f"{self.name}: first={self.first!r} is the title of no row")

    @property
    def longest(self) -> float:
        """Seconds by the clock on the wall within which a check in another process must have come to its end."""
        return PATIENCE * self.seconds if self.of_cpu else self.seconds

    @property
    def titles(self) -> tuple[str, ...]:
        """What the rows of the report are called."""
        added = TITLES.values() if any(isinstance(check, Values) for check in self.checks) else ()
        return (*added, *(check.title for check in self.checks))
