"""What an exercise is: a reference, the checks that weigh an answer, and the mistakes that can be named."""

import os
import sys
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field, replace
from difflib import get_close_matches
from inspect import Parameter, isasyncgenfunction, isclass, iscoroutinefunction, signature, unwrap
from textwrap import indent
from types import FunctionType, ModuleType
from typing import Any

from .declare import Task
from .earlier import allows_earlier, as_written, not_listed
from .marking import Marking, Standard
from .passed import remember
from .report import BONUS_POINTS, Result
from .runner import Function, LocalRunner, Runner
from .slips import Edited, Slips, parts

PUBLIC_SEED = "231"

LAMBDA = "A lambda works here; a `def` with a name and a docstring is easier to read and to debug."


@dataclass(frozen=True, eq=False)
class Exercise(Task):
    """One exercise of a lesson. Calling it in the notebook checks the student's function and returns a `Result`.

    Parameters
    ----------
    reference
        The right answer: a function of the library, which the checks compare with.
    points : float
        What a right answer is worth; the points of a lesson add up to 100.
    minutes, difficulty : int
        The time most students need, and 1 (a line) to 5 (a puzzle), for the box above the exercise.
    checks
        `Values` and `Property` rows; each earns its share of the points by its weight. Where there are `Values`, two
        rows of weight 1 are added: type and shape of the results, and that the arguments stay as they were.
    slips : str
        The mistakes that can be named, as edits of the reference's text: the table that `checks.slips` describes, the
        more special before the more general.
    mistakes
        `Mistake` objects besides, which come before those.
    name : str
        The name students give their function; by default that of the reference.
    forbidden
        What else of the library would do the exercise: calling one of these earns nothing, as with the reference.
    builds_on
        The names of earlier exercises whose functions an answer may call as ``mine.NAME``: in a check they are the
        library's. Any other counts as a call of the library.
    collect
        Applied to an iterable that the function returns, such as ``list`` where a generator is asked.
    form
        ``form(value, *args, **kwargs)`` is the value as an experiment takes it, or raises `Wrong`. For an answer whose
        arrays may be of other shapes or dtypes than the reference's, or whose reference takes long; by default a value
        must have the form of the reference's.
    seconds : float
        The time limit for all calls of the check together.
    of_cpu : bool
        Whether these are seconds of computing, where training is asked: a busy machine takes none of them away.
    first : str
        The title of the row that must hold before properties count; needed where there are no `Values`, of which
        otherwise one row must be right.
    """

    slips: InitVar[str] = ""

    def __post_init__(self, table: str) -> None:
        super().__post_init__()
        if table:
            object.__setattr__(self, "mistakes", Slips(self.reference, table, self.mistakes))

    @allows_earlier
    def __call__(
        self,
        function: Any = ...,
        *,
        seed: str | None = None,
        points: float | None = None,
        where: bool = True,
        solution: bool = True,
    ) -> Result:
        """Check ``function``, by default the one of this exercise's name in the notebook, and return the `Result`.

        While nbgrader grades, the cases are drawn from the secret seed in ``CS231N_GRADING_SEED`` and the report keeps
        their numbers to itself. ``points`` is what the exercise is worth in a class that gives it others;
        ``where=False`` leaves out the place where a wrong answer goes wrong, and ``solution=False`` the reference,
        which is shown after full marks otherwise, but never while nbgrader runs the notebook.
        """
        if points is not None:
            return replace(self, points=points)(function, seed=seed, where=where, solution=solution)
        graded = os.environ.get("NBGRADER_EXECUTION") == "autograde"
        if seed is None:
            seed = os.environ.get("CS231N_GRADING_SEED", PUBLIC_SEED) if graded else PUBLIC_SEED
        asked = function is ...
        function, problem = self.find(vars(sys.modules["__main__"]) if asked else {self.name: function})
        if problem:
            return self.refuse(problem)
        marking = self.mark(self.runner(function), seed)
        result = marking.result(show_numbers=not graded)
        if isinstance(function, FunctionType) and function.__name__ == "<lambda>" and not result.problem:
            result = replace(result, notes=(*result.notes, LAMBDA))
        if where and not result.passed and not result.problem:
            result = marking.located(result, function)
        if asked:
            remember(self.name, function, result)
        # One that is worth nothing has passed with 0 points of 0 whatever it does: hence the rows.
        if solution and "NBGRADER_EXECUTION" not in os.environ and result.rows and all(r.passed for r in result.rows):
            result = replace(result, one_way=self.one_way)
        return result

    def runner(self, function: Function) -> LocalRunner:
        """What calls a function of this process, with the limits of this exercise."""
        watched = {unwrap(f).__code__ for f in (self.reference, *self.forbidden, not_listed)}
        runner = LocalRunner(function, self.seconds, self.collect, watched, self.of_cpu)
        # Of another function this is known without reading the table.
        known = isinstance(function, Edited) and any(function is m.implementation for m in self.mistakes)
        runner.watch_slips = not known
        return runner

    def mark(self, runner: Runner, seed: str) -> Marking:
        """The marking of the function that ``runner`` calls, which may live in another process."""
        return Marking(self, runner, Standard(self, seed))

    def find(self, notebook: Mapping[str, Any]) -> tuple[Any, str]:
        """The function of this exercise's name among a notebook's objects, and why it cannot be tried, if so."""
        if self.name not in notebook:
            return None, _not_found(self.name, notebook)
        return notebook[self.name], self._problem_with(notebook[self.name])

    def refuse(self, problem: str) -> Result:
        """The result of what could not be tried at all."""
        return Result(self.name, 0.0, self.points, problem=problem)

    def _problem_with(self, function: Any) -> str:
        """Why ``function`` cannot be tried at all, or an empty string."""
        header = f"`{self.header}`"
        if function is None:
            return f"`{self.name}` is None. Write it as a function: {header}"
        if isclass(function):
            return f"`{self.name}` is a class. Write it as a function: {header}"
        if isinstance(function, ModuleType):
            return f"`{self.name}` is a module. Write it as a function: {header}"
        if not callable(function):
            return f"`{self.name}` is of type {type(function).__name__}, not a function. Write it as {header}"
        if iscoroutinefunction(function) or isasyncgenfunction(function):
            return f"`{self.name}` is declared with `async`. Write it without: {header}"
        return _problem_with_parameters(function, self.reference, header)

    @property
    def worth(self) -> float:
        """What it adds to the points of its lesson."""
        return self.points

    @property
    def one_way(self) -> str:
        """The reference as the build writes it into a solution, without its docstring."""
        _, arguments, body = parts(self.reference)
        body = as_written(body.strip("\n"), self.builds_on)
        return f"def {self.name}({arguments}):\n{indent(body, '    ')}"

    @property
    def header(self) -> str:
        """The ``def`` line that the exercise asks for."""
        parameters = [p.replace(annotation=Parameter.empty) for p in signature(self.reference).parameters.values()]
        written = signature(self.reference).replace(parameters=parameters, return_annotation=Parameter.empty)
        return f"def {self.name}{written}:"


@dataclass(frozen=True, eq=False)
class Bonus(Exercise):
    """A ★ exercise, worth nothing: it is in no sum of points and in no count of exercises.

    Its check is as full as any other's: the points of its rows, 100 in all, are the per cent that are right.
    """

    points: float = field(default=BONUS_POINTS, init=False)

    def __call__(
        self,
        function: Any = ...,
        *,
        seed: str | None = None,
        points: float | None = None,
        where: bool = True,
        solution: bool = True,
    ) -> Result:
        """Check ``function`` as `Exercise` does; ``points``, which a class sets for others, changes nothing here."""
        return replace(super().__call__(function, seed=seed, where=where, solution=solution), bonus=True)

    @property
    def worth(self) -> float:
        """Nothing."""
        return 0.0


def _not_found(name: str, notebook: Mapping[str, Any]) -> str:
    near = get_close_matches(name, [n for n, v in notebook.items() if callable(v) and not n.startswith("_")], 1, 0.8)
    if near:
        return f"There is no `{name}`, but there is `{near[0]}`: rename it to `{name}` and run its cell again."
    return f"There is no `{name}` yet: run the cell that defines it (Shift+Enter), then this one."


def _problem_with_parameters(function: Function, reference: Function, header: str) -> str:
    asked = list(signature(reference).parameters)
    try:
        given = signature(function)
    except Exception:  # some built-in functions tell no signature: trying them will show
        return ""
    names = list(given.parameters)
    if names != asked and sorted(names) == sorted(asked):
        return f"The parameters are in another order ({', '.join(names)}). The check calls {header}"
    try:
        given.bind(*asked)
    except TypeError:
        return f"The parameters are ({', '.join(names)}), so it cannot be called as asked: {header}"
    return ""
