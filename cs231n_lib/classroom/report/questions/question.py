"""A question on a student's own code, and its key."""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

MAX_TEXT = 2000
"""Maximum characters of each text of a question, because the student's process may send any."""


class QuestionKind(StrEnum):
    """What a question asks for."""

    VALUE = "value"
    SHAPE = "shape"
    COUNT = "count"
    EDIT = "edit"
    SWAP = "swap"
    MISTAKE = "mistake"


class Effect(StrEnum):
    """What an edit of the code does to the result. The value is the option on the page."""

    SAME = "The result stays the same, and so do the arrays of the caller."
    NUMBERS = "The result keeps its shape, but has other numbers."
    SHAPE = "The result, or an array in it, has another shape."
    ERROR = "The call stops with an error."
    CHANGED = "The result stays the same, but an array of the caller has changed."


@dataclass(frozen=True)
class CodeQuestion:
    """Question on one function, for one call of it."""

    exercise: str
    kind: QuestionKind
    call: str
    """The call with its whole input, as printed."""
    line: int
    """Line of the printed code, or 0 for the returned value."""
    key: str
    other_line: int = 0
    """The line that trades places with ``line``."""
    text: str = ""
    """A name or expression to evaluate, or the new text of the line."""
    at: int = 1
    """How often the line has run when ``text`` is evaluated."""
    options: tuple[str, ...] = ()
    score: float = 0.0
    """How much the question asks of the student, for the choice among questions."""

    @property
    def identity(self) -> tuple[Any, ...]:
        """What two copies of the same question have in common."""
        return self.exercise, self.kind, self.call, self.line, self.other_line, self.text, self.at

    def to_json(self) -> dict[str, Any]:
        """Return plain data for `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> "CodeQuestion":
        """Read a question that the student's process sent.

        Raises
        ------
        ValueError
            If the data are not those of a question.
        """
        try:
            given = {one.name: data[one.name] for one in fields(cls)}
            texts = [given[name] for name in ("exercise", "call", "key", "text")] + list(given["options"])
            numbers = [given[name] for name in ("line", "other_line", "at")]
            if not all(type(text) is str and len(text) <= MAX_TEXT for text in texts):
                raise ValueError("a text is missing or too long")
            if not all(type(number) is int for number in numbers) or len(given["options"]) > len(Effect):
                raise ValueError("a number is missing")
            return cls(
                **given
                | {
                    "kind": QuestionKind(given["kind"]),
                    "options": tuple(given["options"]),
                    "score": float(given["score"]),
                }
            )
        except (KeyError, TypeError) as error:
            raise ValueError(str(error)) from None
