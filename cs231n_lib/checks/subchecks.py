"""The parts an exercise is declared with: rows that weigh an answer, and mistakes that can be named."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from numpy.random import Generator

from .compare import Difference
from .runner import Case, Function


@dataclass(frozen=True)
class Values:
    """The function must return what the reference returns, on each of the cases that ``cases(rng)`` draws."""

    title: str
    weight: float
    cases: Callable[[Generator], Iterable[Case]]


@dataclass(frozen=True)
class Property:
    """Something must hold of the function; ``test(call, rng)`` raises `Wrong` where it does not.

    ``call(*args, **kwargs)`` runs the student's function, silenced and within the time limit.
    """

    title: str
    weight: float
    test: Callable[[Function, Generator], None]


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
    """

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.difference = Difference(sentence, detail)
