"""Errors of an answer as data, which `messages` turns into text."""

from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Foreign:
    """Placeholder for a value of a type that no check expects."""

    type_name: str


class Flaw(Enum):
    """Kind of error in a result or a call."""

    # The form of the returned value.
    NOTHING = auto()
    GENERATOR = auto()
    UNUSABLE = auto()
    OTHER_KIND = auto()
    OTHER_SHAPE = auto()
    OTHER_DTYPE = auto()
    OTHER_COUNT = auto()
    TOO_MANY = auto()
    NO_DICTIONARY = auto()
    NO_EMPTY_DICTIONARY = auto()
    # One output among several.
    IS_NONE = auto()
    IS_MISSING = auto()
    # The values.
    OTHER_ORDER = auto()
    OTHER_ORDER_THAN = auto()
    OUTPUTS = auto()
    VALUE = auto()
    ANSWER = auto()
    TRANSPOSED = auto()
    NAN = auto()
    INFINITY = auto()
    ZERO = auto()
    ZERO_THROUGHOUT = auto()
    FACTOR = auto()
    FACTOR_AND_SIGN = auto()
    SIGN = auto()
    TOO_LARGE = auto()
    TOO_SMALL = auto()
    # The call.
    CHANGES_ARGUMENT = auto()
    CHANGES_ARGUMENTS = auto()
    NOT_IN_TIME = auto()
    ERROR = auto()
    ERROR_AT = auto()
    EXIT = auto()
    EXIT_AT = auto()
    BREACH = auto()
    NOT_TESTED = auto()
    # Reported by the test of a property, which supplies its own sentence.
    PROPERTY = auto()
    PROPERTY_AT_RETURN = auto()


class Output(NamedTuple):
    """One of several returned values, or an ``inner`` part such as ``grads[0]``."""

    name: str
    number: int = 0
    total: int = 0
    inner: bool = False


WHOLE = Output("")
"""Result of a function that returns one value."""


@dataclass(frozen=True)
class Numbers:
    """Expected and actual number at an index, and the number of differing entries."""

    expected: str
    actual: str
    index: tuple[int, ...] = ()
    differing: int = 0
    total: int = 0
    outputs: tuple[Output, ...] = ()
    contrast: float = 1.0
    """Difference of both numbers relative to the larger one."""


@dataclass(frozen=True)
class Difference:
    """Difference of two results, as a general flaw and the numbers of one input.

    ``facts`` fill the sentence of the flaw.
    """

    flaw: Flaw
    facts: tuple[Any, ...] = ()
    detail: str | Numbers = ""
    wrong_form: bool = False
    """Whether type, shape or dtype is wrong."""
    form_only: bool = False
    """Whether every value is right despite an extra axis or value, a list for an array, or 1.0 for True."""
    fingerprint: object = None
    """Value that distinguishes differences that are otherwise the same."""
    size: int = 0
    """Size of an axis by which the result is too large or too small. In a single case this may be a coincidence."""
    label: str = ""
    """Label of the case."""
    spare_axis: bool = False
    """Whether an extra axis of length 1 is the only error."""
    of_axis: bool = False
    """Whether two cases confirm that the factor is the size of an axis."""
    parts: tuple["FlawedOutputs", ...] = ()
    """Outputs grouped by their error, if the flaw is `Flaw.OUTPUTS`."""
    right: tuple[Output, ...] = ()
    """Outputs to report as right, if the flaw is `Flaw.OUTPUTS`."""

    @property
    def without_numbers(self) -> "Difference":
        """Difference without the numbers of this input."""
        return replace(self, detail="", wrong_form=False, form_only=False, fingerprint=None, size=0)

    @property
    def category(self) -> tuple[Any, ...]:
        """Key that is equal for differences that agree except in their numbers."""
        parts = tuple((part.outputs, part.difference.category) for part in self.parts)
        return self.flaw, self.facts, self.label, self.spare_axis, self.of_axis, parts, self.right


class FlawedOutputs(NamedTuple):
    """Outputs with the same error."""

    outputs: tuple[Output, ...]
    difference: Difference


class Refusal(StrEnum):
    """Reason why an answer is refused."""

    NOT_STARTED = auto()
    CALLS_LIBRARY = auto()
    NO_ANSWER = auto()
    NO_ANSWER_IN_TIME = auto()
    NOT_THERE = auto()
    OTHER_NAME = auto()
    IS_NONE = auto()
    IS_CLASS = auto()
    IS_MODULE = auto()
    IS_NO_FUNCTION = auto()
    IS_ASYNC = auto()
    OTHER_ORDER = auto()
    OTHER_PARAMETERS = auto()


FACT_COUNTS = {
    Refusal.NOT_THERE: 1,
    Refusal.OTHER_NAME: 2,
    Refusal.IS_NONE: 2,
    Refusal.IS_CLASS: 2,
    Refusal.IS_MODULE: 2,
    Refusal.IS_NO_FUNCTION: 3,
    Refusal.IS_ASYNC: 2,
    Refusal.OTHER_ORDER: 2,
    Refusal.OTHER_PARAMETERS: 2,
}
"""Number of facts in each refusal that the inspection of a notebook can produce, possibly in another process."""


class RefusedAnswer(NamedTuple):
    """Reason why an answer is refused, with the facts that fill the sentence."""

    refusal: Refusal
    facts: tuple[str, ...] = ()


class Headline(StrEnum):
    """Overall verdict.

    Notebooks and ledgers store these values, which stay the same if the text changes.
    """

    RIGHT = "Right"
    NOT_STARTED = "Not started"
    NOT_TRIED = "Not yet"
    PARTLY = "Partly right"
    WRONG = "Not right yet"


class Trouble(StrEnum):
    """Reason why a check could not finish.

    The values are stored, like those of `Headline`.
    """

    NONE = ""
    NOT_IN_TIME = "does not finish in time"
    ENDED = "ends Python"


class Breach(Enum):
    """Way in which the student's process ended or violated the protocol."""

    ENDED = auto()
    PROTOCOL = auto()
    CALLS = auto()
    TOO_MUCH = auto()
    GENERATOR = auto()


class EndedError(Exception):
    """Raised if the student's process ended or violated the protocol."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach)
        self.breach = breach


FATAL_BREACHES = (Breach.ENDED, Breach.PROTOCOL, Breach.CALLS)
