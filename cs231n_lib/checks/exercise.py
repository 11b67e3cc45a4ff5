"""Exercises, which students call to check their answers."""

import os
import sys
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field, fields, replace
from difflib import get_close_matches
from inspect import Parameter, isasyncgenfunction, isclass, iscoroutinefunction, signature, unwrap
from textwrap import indent
from types import FunctionType, ModuleType
from typing import Any, ClassVar

from cs231n_lib.front_end import stoppable_check

from .declare import ExerciseSpec, Importance
from .evaluate.prerequisites import call_through_mine, checking, unlisted_function
from .locate.change import ASKED_CPU_SECONDS, FIRST_CPU_SECONDS, ChangeSearch
from .marking import AnswerKey, Marking
from .passed import FAILURES_BEFORE_CHANGE, count_failure, offers_change, remember
from .report import PERCENT, ChangeReport, Result, Reward
from .run import messages
from .run.flaws import Refusal, RefusedAnswer
from .run.runner import Function, LocalRunner, Runner
from .slips import Edited, Slips, parts

PUBLIC_SEED = "231"


@dataclass(frozen=True, eq=False)
class Exercise(ExerciseSpec):
    """Exercise of a lesson, which checks the student's function when called.

    Parameters
    ----------
    reference
        The library's function with which the check compares an answer.
    points : float
        The points of a right answer. With the answers in words, the points of a graded lesson add up to 100.
    minutes, difficulty : int
        The minutes that most students need, and a level from 1 (a line) to 5 (a puzzle). The exercise's box shows both.
    importance : str
        ``"core"`` for what later lessons need, ``"useful"`` for more practice, or ``"extra"`` for a topic of its own.
        A core exercise needs functions only from other core exercises, so that students can skip all the others.
    checks
        `Values` and `Property` rows. Each row earns points in proportion to its weight. Exercises with `Values` get two
        more rows of weight 1, for the type and shape of the results and for unchanged arguments. The rows with
        ``central=True``, by default the required row or else the first row of values, test the central property. An
        answer must lose at least half of the points if it fails them, and at most 15 % for any other row of values.
    slips : str
        The named mistakes as edits of the reference's source, in the format of `checks.slips`. Put more specific
        mistakes first.
    mistakes
        More `Mistake` objects, which precede those in ``slips``.
    name : str
        The name of the student's function, by default that of the reference.
    forbidden
        Other functions of the library that solve the exercise. As with the reference, calling one earns nothing.
    builds_on
        The names of earlier exercises whose functions an answer may call as ``mine.NAME``. During a check these are the
        library's functions. Calling any other earlier function counts as calling the library.
    collect
        A function such as ``list`` that is applied to a returned iterable, for exercises that require a generator.
    form
        ``form(value, *args, **kwargs)`` returns the value as an experiment needs it, or raises `Violation`. Use it if
        an answer may have other shapes or dtypes than the reference, or if the reference is slow. By default a value
        must have the form of the reference's value.
    seconds : float
        The time limit for all calls of the check together.
    cpu_time : bool
        Whether ``seconds`` counts CPU time, so that a busy machine cannot fail an answer that trains a network.
    required_row : str
        The title of the row that must pass before any row except those of values earns points. By default an exercise
        with `Values` requires one correct row of values.
    examples_rows
        The titles of the rows of values that receive the calls in the reference's doctest, one call each. The last row
        also receives all remaining calls. By default there is only one such row, the first row of values.
    covers
        The kinds of adversarial input among the cases, such as ``"tie tiny one"``. A test compares them with the table
        in ``tests/checks/kinds.py``.
    """

    slips: InitVar[str] = ""
    reward: ClassVar[Reward] = Reward.POINTS

    def __post_init__(self, table: str) -> None:
        super().__post_init__()
        if table:
            object.__setattr__(self, "mistakes", Slips(self.reference, table, self.mistakes))

    def __call__(
        self,
        function: Any = ...,
        *,
        seed: str | None = None,
        points: float | None = None,
        where: bool = True,
        solution: bool = True,
        change: bool = True,
    ) -> Result:
        """Check ``function``, by default the notebook's, and return the `Result`.

        While nbgrader grades, the secret seed in ``CS231N_GRADING_SEED`` draws the cases, and the report hides their
        numbers. ``points`` replaces the points of the exercise, for classes that change them. ``where=False`` omits the
        location of the error. ``solution=False`` omits the model answer, which a report otherwise shows after full
        marks unless nbgrader runs the notebook. ``change=False``, like ``where=False``, omits the change that a report
        offers after three failed checks with the same fault.
        """
        if points is not None:
            return self.with_points(points)(function, seed=seed, where=where, solution=solution, change=change)
        graded = os.environ.get("NBGRADER_EXECUTION") == "autograde"
        if seed is None:
            seed = os.environ.get("CS231N_GRADING_SEED", PUBLIC_SEED) if graded else PUBLIC_SEED
        asked = function is ...
        function, problem = self.find(vars(sys.modules["__main__"]) if asked else {self.name: function})
        if problem:
            return self.refuse(problem)
        with checking(self.builds_on), stoppable_check(self.name, self.seconds):
            marking = self.mark(self.runner(function), seed)
            result = marking.result(show_numbers=not graded)
            if isinstance(function, FunctionType) and function.__name__ == "<lambda>" and not result.problem:
                result = replace(result, notes=(*result.notes, messages.LAMBDA))
            if where and not result.passed and not result.problem:
                result = marking.located(result, function)
                offered = asked and change and "NBGRADER_EXECUTION" not in os.environ
                if offered and count_failure(self.name, result) >= FAILURES_BEFORE_CHANGE:
                    result = self._with_change(marking, result, function)
        if asked:
            remember(self.name, function, result)
        # An exercise worth nothing always has 0 of 0 points, so only its rows show whether it passed.
        if solution and "NBGRADER_EXECUTION" not in os.environ and result.rows and all(r.passed for r in result.rows):
            result = replace(result, model_answer=self.model_answer)
        return result

    def _with_change(self, marking: Marking, result: Result, function: Any) -> Result:
        """Add the change to a report, and the call that shows it or searches longer."""
        search = marking.change(result, function, FIRST_CPU_SECONDS)
        call = "" if search.complete and not search.change else f"checks.{self.name}.change()"
        return replace(result, change=search.change, change_call=call)

    def change(self) -> ChangeReport:
        """Search for the one small change that makes the notebook's answer right.

        Call this only after three failed checks with the same fault. This search may take longer than the one that a
        check makes. It runs the edited answer as a check does, within a limit on CPU time. Stop (■) ends the search.
        """
        function, problem = self.find(vars(sys.modules["__main__"]))
        if problem:
            return ChangeReport(self.name, problem=problem)
        if not offers_change(self.name):
            return ChangeReport(self.name, too_early=True)
        with stoppable_check(self.name, ASKED_CPU_SECONDS):
            try:
                search = self.search_change(function, ASKED_CPU_SECONDS)
            except KeyboardInterrupt:
                return ChangeReport(self.name, stopped=True)
        return ChangeReport(self.name, search.change, complete=search.complete, passed=search.passes)

    def search_change(self, function: Any, seconds: float) -> ChangeSearch:
        """Search for the edit that makes ``function`` right on the public seed's cases."""
        with checking(self.builds_on):
            marking = self.mark(self.runner(function), PUBLIC_SEED)
            result = marking.result(show_numbers=True)
            if result.problem or all(row.passed for row in result.rows):
                return ChangeSearch(passes=not result.problem)
            return marking.change(marking.located(result, function), function, seconds)

    def runner(self, function: Function) -> LocalRunner:
        """Runner of a function in this process, with the limits of this exercise."""
        watched = [unwrap(f).__code__ for f in (self.reference, *self.forbidden, unlisted_function)]
        # The test on the type avoids reading the table of mistakes for a student's function.
        known = isinstance(function, Edited) and any(function is m.implementation for m in self.mistakes)
        return LocalRunner(function, self.seconds, self.collect, watched, self.cpu_time, not known)

    def mark(self, runner: Runner, seed: str) -> Marking:
        """Marking of the function that ``runner`` calls, possibly in another process."""
        return Marking(self, runner, AnswerKey(self, seed))

    def find(self, notebook: Mapping[str, Any]) -> tuple[Any, RefusedAnswer | None]:
        """Find the function in a notebook's namespace, or the reason to refuse it."""
        if self.name not in notebook:
            return None, _not_found(self.name, notebook)
        return notebook[self.name], self._problem_with(notebook[self.name])

    def refuse(self, problem: RefusedAnswer) -> Result:
        """Result of a refused answer."""
        return Result(self.name, 0.0, self.points, problem=problem)

    def _problem_with(self, function: Any) -> RefusedAnswer | None:
        if function is None:
            return RefusedAnswer(Refusal.IS_NONE, (self.name, self.header))
        if isclass(function):
            return RefusedAnswer(Refusal.IS_CLASS, (self.name, self.header))
        if isinstance(function, ModuleType):
            return RefusedAnswer(Refusal.IS_MODULE, (self.name, self.header))
        if not callable(function):
            return RefusedAnswer(Refusal.IS_NO_FUNCTION, (self.name, type(function).__name__, self.header))
        if iscoroutinefunction(function) or isasyncgenfunction(function):
            return RefusedAnswer(Refusal.IS_ASYNC, (self.name, self.header))
        return _problem_with_parameters(function, self.reference, self.header)

    def with_points(self, points: float) -> "Exercise":
        """Copy that is worth ``points`` points, as in a class or an earlier release."""
        return replace(self, points=points)

    @property
    def worth(self) -> float:
        """Points that the exercise adds to its lesson."""
        return self.points

    @property
    def model_answer(self) -> str:
        """Source of the reference as in a solution notebook, without its docstring."""
        _, arguments, body = parts(self.reference)
        body = call_through_mine(body.strip("\n"), self.builds_on)
        return f"def {self.name}({arguments}):\n{indent(body, '    ')}"

    @property
    def header(self) -> str:
        """The ``def`` line of the exercise."""
        parameters = [p.replace(annotation=Parameter.empty) for p in signature(self.reference).parameters.values()]
        written = signature(self.reference).replace(parameters=parameters, return_annotation=Parameter.empty)
        return f"def {self.name}{written}:"


@dataclass(frozen=True, eq=False)
class Practice(Exercise):
    """Exercise of an optional lesson, without points.

    Its check is as thorough as any other. Its rows have 100 points in all, which the report shows as a percentage.
    """

    points: float = field(default=PERCENT, init=False)
    importance: Importance = field(default="extra", init=False)
    reward: ClassVar[Reward] = Reward.PERCENTAGE

    def __call__(self, function: Any = ..., **options: Any) -> Result:
        """Check ``function`` as `Exercise` does. ``points`` has no effect."""
        return replace(super().__call__(function, **{**options, "points": None}), reward=self.reward)

    def with_points(self, points: float) -> Exercise:
        """Copy that is worth ``points`` points, for a release that awarded points."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return Exercise(**given | {"points": points})

    @property
    def worth(self) -> float:
        """Points that the exercise adds to its lesson, which are always 0."""
        return 0.0


@dataclass(frozen=True, eq=False)
class Bonus(Practice):
    """Exercise that earns a ★ and no points.

    No sum of points and no count of exercises includes it.
    """

    reward: ClassVar[Reward] = Reward.STAR


@dataclass(frozen=True, eq=False)
class Retired(Exercise):
    """Exercise of an earlier release, which its lesson no longer has.

    In a notebook of that release, its check works as before and earns the same points. No list, sum or count of a
    lesson's exercises includes it.
    """


def _not_found(name: str, notebook: Mapping[str, Any]) -> RefusedAnswer:
    near = get_close_matches(name, [n for n, v in notebook.items() if callable(v) and not n.startswith("_")], 1, 0.8)
    return RefusedAnswer(Refusal.OTHER_NAME, (name, near[0])) if near else RefusedAnswer(Refusal.NOT_THERE, (name,))


def _problem_with_parameters(function: Function, reference: Function, header: str) -> RefusedAnswer | None:
    asked = list(signature(reference).parameters)
    try:
        given = signature(function)
    except Exception:  # some built-in functions have no signature, so only the calls show whether the parameters fit
        return None
    names = list(given.parameters)
    if names != asked and sorted(names) == sorted(asked):
        return RefusedAnswer(Refusal.OTHER_ORDER, (", ".join(names), header))
    try:
        given.bind(*asked)
    except TypeError:
        return RefusedAnswer(Refusal.OTHER_PARAMETERS, (", ".join(names), header))
    return None
