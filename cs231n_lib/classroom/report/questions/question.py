"""A question on a student's own code, and its key."""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

MAX_TEXT = 2000
"""Maximum number of characters in each text of a question. The student's process could send longer ones."""


class QuestionKind(StrEnum):
    """What a question asks for."""

    VALUE = "value"
    SHAPE = "shape"
    COUNT = "count"
    EDIT = "edit"
    SWAP = "swap"
    MISTAKE = "mistake"


class Effect(StrEnum):
    """Effect of an edit on the result. The value is the option on the page."""

    SAME = "The result stays the same, and so do the caller's arrays."
    NUMBERS = "The result keeps its shape, but its numbers are different."
    SHAPE = "The result, or an array in it, has a different shape."
    ERROR = "The call stops with an error."
    CHANGED = "The result stays the same, but one of the caller's arrays has changed."


@dataclass(frozen=True)
class CodeQuestion:
    """Question on one call of a function."""

    exercise: str
    kind: QuestionKind
    call: str
    """The call with all its arguments, as printed."""
    line: int
    """Number of the line in the printed code, or 0 if the question is about the returned value."""
    key: str
    other_line: int = 0
    """Number of the line that trades places with ``line``, or 0."""
    text: str = ""
    """A name or expression to evaluate, or the new text of the line."""
    at: int = 1
    """Run of the line in which ``text`` is evaluated, counted from 1."""
    options: tuple[str, ...] = ()
    score: float = 0.0
    """Difficulty of the question for the student. Harder questions are preferred."""

    @property
    def identity(self) -> tuple[Any, ...]:
        """Fields that identify the question. Copies may differ in key, options and score."""
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
            If the data do not describe a question.
        """
        try:
            given = {one.name: data[one.name] for one in fields(cls)}
            texts = [given[name] for name in ("exercise", "call", "key", "text")] + list(given["options"])
            numbers = [given[name] for name in ("line", "other_line", "at")]
            if not all(type(text) is str and len(text) <= MAX_TEXT for text in texts):
                raise ValueError("a text is missing or too long")
            if not all(type(number) is int for number in numbers) or len(given["options"]) > len(Effect):
                raise ValueError("a number is missing, or the question has too many options")
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
