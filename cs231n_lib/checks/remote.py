"""The checks where a student's code cannot reach them: `RemoteRunner` judges what `serve` calls in another process.

Only calls cross: a case goes there, what came of it comes back, and all that weighs it stays here. Cases are pickled,
from those who are trusted to those who are not; what comes back is plain data (`wire`).
"""

import builtins
import pickle
import pkgutil
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from types import FunctionType
from typing import Any

import numpy as np

from .earlier import checking
from .exercise import LAMBDA, Bonus, Exercise
from .limit import TimeLimitReached
from .marking import Marking, Standard
from .plain import plain
from .report import Result
from .runner import Case, LocalRunner, Outcome
from .wire import EndedError, State, forward, receive, receive_data, send, send_data

GRACE = 2.0
"""Seconds beyond the time of an exercise in which the student's process must have answered."""

MOST_TEXT = 2000
MOST_CALLS_BACK = 1_000_000


def _is_local(value: Any) -> bool:
    """Whether it is a function made for a case, such as ``f`` for a numerical gradient: it stays here."""
    return isinstance(value, FunctionType) and "<" in value.__qualname__


class RemoteRunner:
    """The `Runner` of a function that `serve` calls at the other end of ``line``.

    After the first breach of the protocol, or once the time is over, every call ends with that error.
    """

    def __init__(self, line: socket.socket, deadline: float) -> None:
        self.line = line
        self.deadline = deadline
        self.broken: BaseException | None = None

    def __call__(self, case: Case, *, advance: bool = False) -> Outcome:
        """Have the function called, and take over where the case's generators have come to."""
        return self.each((case,), advance=advance)[0]

    def each(self, cases: Sequence[Case], *, advance: bool = False) -> list[Outcome]:
        """Have the function called on each case; if the line breaks meanwhile, all end so."""
        if self.broken is None and cases:
            try:
                return self._ask(cases, advance)
            except TimeoutError:
                self.broken = TimeLimitReached()
            except EndedError as error:
                self.broken = error
            except OSError:
                self.broken = EndedError("your code ended its process")
        return [Outcome(error=self.broken) for _ in cases]

    def receive(self) -> Any:
        """The next message from there, within the time."""
        return receive_data(self.line, self.deadline)

    def _ask(self, cases: Sequence[Case], advance: bool) -> list[Outcome]:
        request, kept = _pickled(("call", cases, advance))
        self.line.settimeout(max(0.01, self.deadline - time.monotonic()))
        send(self.line, request)
        for _ in range(MOST_CALLS_BACK):
            answer = self.receive()
            if type(answer) is not dict:
                return _outcomes(cases, answer, advance)
            self._call_back(kept, answer)
        raise EndedError("your function calls without end")

    def _call_back(self, kept: list[Any], asked: dict[Any, Any]) -> None:
        try:
            function, args, kwargs = kept[asked["callback"]], asked["args"], asked["kwargs"]
        except (LookupError, TypeError):
            raise EndedError("your code broke the protocol") from None
        try:
            reply: tuple[str, Any, Any] = "reply", function(*args, **kwargs), None
        except Exception as error:  # what f says of wrong arguments rises in the student's code
            reply = "reply", None, error
        send(self.line, pickle.dumps(reply))


def _pickled(request: Any) -> tuple[bytes, list[Any]]:
    """A request in which each local function is a number, and these functions."""
    with suppress(pickle.PicklingError, AttributeError):  # of a local function; few requests have one
        return pickle.dumps(request, protocol=5), []
    out, kept = BytesIO(), []

    class Pickler(pickle.Pickler):
        def persistent_id(self, value: Any) -> int | None:
            if not _is_local(value):
                return None
            kept.append(value)
            return len(kept) - 1

    Pickler(out, protocol=5).dump(request)
    return out.getvalue(), kept


def _outcomes(cases: Sequence[Case], answers: Any, advance: bool) -> list[Outcome]:
    if type(answers) is not list or len(answers) != len(cases):
        raise EndedError("your code broke the protocol")
    return [_outcome(case, answer, advance) for case, answer in zip(cases, answers, strict=True)]


def _outcome(case: Case, answer: Any, advance: bool) -> Outcome:
    try:
        value, after, error = answer["value"], tuple(answer["arguments"]), answer["error"]
        before = (*case.args, *case.kwargs.values())
        for mine, theirs in zip(before, after, strict=True):
            if advance and isinstance(mine, np.random.Generator):
                forward(mine, theirs)
        return Outcome(
            value,
            _error(*error) if error else None,
            tuple(m if _is_local(m) or isinstance(t, State) else t for m, t in zip(before, after, strict=True)),
            bool(answer["used_forbidden"]),
            str(answer["printed"])[:MOST_TEXT],
            tuple(str(text)[:MOST_TEXT] for text in answer["warned"][:20]),
            str(answer["line"])[:MOST_TEXT],
        )
    except (LookupError, TypeError, ValueError, AttributeError):
        raise EndedError("your code broke the protocol") from None


def _error(name: Any, timed_out: Any, arguments: Any) -> BaseException:
    """An exception of the name that was raised there: the built-in one, or one made for it."""
    if timed_out:
        return TimeLimitReached()
    known = getattr(builtins, str(name), None) or getattr(np.linalg, str(name), None)
    honest = isinstance(known, type) and (issubclass(known, Exception) or known is SystemExit)
    kind: Any = known if honest else type(str(name)[:60], (Exception,), {})
    try:
        made: BaseException = kind(*arguments)
    except Exception:  # some need arguments of a certain kind
        made = type(str(name)[:60], (Exception,), {})(*map(str, arguments))
    return made


@lru_cache(32)
def _standard(exercise: Exercise, seed: str) -> Standard:
    """By what a class's answers to an exercise are marked, which is the same for all; kept for the latest exercises."""
    return Standard(exercise, seed)


def judge(exercise: Exercise, line: socket.socket, seed: str, deadline: float) -> Result:
    """Check the function at the other end of ``line``; its report keeps the cases' numbers to itself."""
    runner = RemoteRunner(line, deadline)
    try:
        said = runner.receive()
        problem, is_lambda = str(said["problem"])[:MOST_TEXT], bool(said["lambda"])
    except (EndedError, OSError, LookupError, TypeError) as error:
        why = "did not answer in time" if isinstance(error, TimeoutError) else "did not answer"
        return exercise.refuse(f"Your notebook {why} when it was checked: does a cell end Python, or change IPython?")
    if problem:
        return exercise.refuse(problem)
    with checking(exercise.builds_on):
        result = Marking(exercise, runner, _standard(exercise, seed)).result(show_numbers=False)
    with suppress(OSError):  # nobody may be there any more
        send(line, pickle.dumps(("end",)))
    notes = (*result.notes, LAMBDA) if is_lambda and not result.problem else result.notes
    return replace(result, notes=notes, bonus=isinstance(exercise, Bonus))


def serve_at(address: str, checks: str, name: str) -> None:
    """Serve the checks at a socket's address, from within the notebook's kernel."""
    exercise = getattr(sys.modules.get(checks) or pkgutil.resolve_name(checks), name)
    # The checks may have seen enough at any time.
    with socket.socket(socket.AF_UNIX) as line, suppress(EndedError, OSError):
        line.connect(address)
        serve(line, exercise, vars(sys.modules["__main__"]))


def serve(line: socket.socket, exercise: Exercise, notebook: Mapping[str, Any]) -> None:
    """Call the student's function for the checks at the other end of ``line``, until they have seen enough."""
    function, problem = exercise.find(notebook)
    send_data(line, {"problem": problem, "lambda": getattr(function, "__name__", "") == "<lambda>"})
    if problem:
        return
    runner = exercise.runner(function)
    with checking(exercise.builds_on):
        _answer(line, runner)


def _answer(line: socket.socket, runner: LocalRunner) -> None:
    while (request := _Unpickler(line).load())[0] != "end":
        if request[0] != "call":
            continue  # the answer to a call back that the time limit cut off
        _, cases, advance = request
        send_data(line, [_described(outcome) for outcome in runner.each(cases, advance=advance)])


def _described(outcome: Outcome) -> dict[str, Any]:
    error = outcome.error
    if error is None:
        raised = None
    else:
        arguments = [plain(a) if isinstance(a, str | int | float) else str(a) for a in _arguments(error)]
        raised = [type(error).__name__, isinstance(error, TimeLimitReached), arguments]
    return {
        "value": outcome.value, "arguments": list(outcome.arguments), "error": raised, "line": outcome.line,
        "used_forbidden": outcome.used_forbidden, "printed": outcome.printed, "warned": list(outcome.warned),
    }  # fmt: skip


def _arguments(error: BaseException) -> tuple[Any, ...]:
    return error.args if type(error.args) is tuple else ()


class _Unpickler(pickle.Unpickler):
    """Reads a request; calling a local function in it asks the checks, where it lives."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        super().__init__(BytesIO(receive(line)[0]))

    def persistent_load(self, number: int) -> Callable[..., Any]:
        def call_back(*args: Any, **kwargs: Any) -> Any:
            send_data(self.line, {"callback": number, "args": list(args), "kwargs": kwargs})
            _, value, error = pickle.loads(receive(self.line)[0])
            if error is not None:
                raise error
            return value

        return call_back
