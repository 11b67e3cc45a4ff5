"""Checks in a process that the student's code cannot reach.

Only calls and their outcomes cross the boundary. The checks pickle a case and send it, and the student's process
replies with the outcome as plain data (see `protocol`). The trusted side never unpickles.
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

from ..evaluate.prerequisites import checking
from ..exercise import Exercise
from ..marking import AnswerKey, Marking
from ..report import Result
from ..run import messages
from ..run.flaws import FACT_COUNTS, Breach, EndedError, Refusal, RefusedAnswer, Trouble
from ..run.plain_data import plain, size_problem
from ..run.runner import Case, LocalRunner, Outcome, message_of
from ..run.time_limit import TimeLimitReached
from .protocol import MAX_NAME, GeneratorState, advance_to, receive, receive_data, send, send_data
from .submitted_text import SubmittedText

GRACE_SECONDS = 2.0
"""Seconds that the student's process has for its reply beyond the exercise's time limit."""

MAX_TEXT = 2000
MAX_CALLBACKS = 1_000_000


def _is_local(value: Any) -> bool:
    """Whether a function exists only in a case or docstring, so it is never sent."""
    if not isinstance(value, FunctionType):
        return False
    return "<" in value.__qualname__ or not hasattr(sys.modules.get(value.__module__), value.__qualname__)


class RemoteRunner:
    """`Runner` of a function that `serve` calls at the other end of ``connection``.

    After the first violation of the protocol, or after the deadline, every call ends with the same error. Reports may
    repeat only well-known names and words of the ``submitted`` text, or any words if this text is None.
    """

    def __init__(self, connection: socket.socket, deadline: float, submitted: SubmittedText | None) -> None:
        self.connection = connection
        self.deadline = deadline
        self.submitted = submitted
        self.failure: BaseException | None = None

    def __call__(self, case: Case, *, advance: bool = False) -> Outcome:
        """Request a call. With ``advance``, also copy the new states of the generators."""
        return self.each((case,), advance=advance)[0]

    def each(self, cases: Sequence[Case], *, advance: bool = False) -> list[Outcome]:
        """Request a call for each case.

        If the connection fails, every case has the error of the connection.
        """
        if self.failure is None and cases:
            try:
                return self._ask(cases, advance)
            except TimeoutError:
                self.failure = TimeLimitReached()
            except EndedError as error:
                self.failure = error
            except OSError:
                self.failure = EndedError(Breach.ENDED)
        return [Outcome(error=self.failure) for _ in cases]

    def receive(self) -> Any:
        """Receive the next message before the deadline."""
        type_name = self.submitted.type_name if self.submitted else None
        return receive_data(self.connection, self.deadline, type_name)

    def _ask(self, cases: Sequence[Case], advance: bool) -> list[Outcome]:
        request, kept = _pickled(("call", cases, advance))
        self.connection.settimeout(max(0.01, self.deadline - time.monotonic()))
        send(self.connection, request)
        for _ in range(MAX_CALLBACKS):
            answer = self.receive()
            if type(answer) is not dict:
                return _outcomes(cases, answer, advance, self.submitted)
            self._call_back(kept, answer)
        raise EndedError(Breach.CALLS)

    def _call_back(self, kept: list[Any], asked: dict[Any, Any]) -> None:
        try:
            function, args, kwargs = kept[asked["callback"]], asked["args"], asked["kwargs"]
        except (LookupError, TypeError):
            raise EndedError(Breach.PROTOCOL) from None
        try:
            reply: tuple[str, Any, Any] = "reply", function(*args, **kwargs), None
        except Exception as error:  # the error is raised in the student's code
            reply = "reply", None, error
        send(self.connection, _pickled_reply(reply, [*args, *kwargs.values()]))


def _pickled_reply(reply: Any, arguments: Sequence[Any]) -> bytes:
    """Pickle the reply to a call of a local function.

    An array among the arguments is sent back as its number, so that the student's code gets the very same array.
    """
    out = BytesIO()

    class ReplyPickler(pickle.Pickler):
        def persistent_id(self, value: Any) -> int | None:
            if not isinstance(value, np.ndarray):
                return None
            return next((i for i, one in enumerate(arguments) if one is value), None)

    ReplyPickler(out, protocol=5).dump(reply)
    return out.getvalue()


def _pickled(request: Any) -> tuple[bytes, list[Any]]:
    """Pickle a request, and list the local functions to which it refers by number."""
    with suppress(pickle.PicklingError, AttributeError):  # local functions, which are rare, cannot be pickled
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


def _outcomes(cases: Sequence[Case], answers: Any, advance: bool, submitted: SubmittedText | None) -> list[Outcome]:
    if type(answers) is not list or len(answers) != len(cases):
        raise EndedError(Breach.PROTOCOL)
    return [_outcome(case, answer, advance, submitted) for case, answer in zip(cases, answers, strict=True)]


def _outcome(case: Case, answer: Any, advance: bool, submitted: SubmittedText | None) -> Outcome:
    try:
        value, after, error = answer["value"], tuple(answer["arguments"]), answer["error"]
        before = (*case.args, *case.kwargs.values())
        line = str(answer["line"])[:MAX_TEXT]
        if size_problem(value) or size_problem(after):  # an honest process replaces what is too large
            raise EndedError(Breach.TOO_MUCH)
        for mine, theirs in zip(before, after, strict=True):
            if advance and isinstance(mine, np.random.Generator):
                advance_to(mine, theirs)
        return Outcome(
            value,
            _error(error[0], error[1], error[2], submitted) if error else None,
            tuple(
                m if _is_local(m) or isinstance(t, GeneratorState) else t for m, t in zip(before, after, strict=True)
            ),
            bool(answer["used_forbidden"]),
            str(answer["printed"])[:MAX_TEXT],
            tuple(str(text)[:MAX_TEXT] for text in answer["warned"][:20]),
            submitted.line(line) if submitted else line,
        )
    except (LookupError, TypeError, ValueError, AttributeError):
        raise EndedError(Breach.PROTOCOL) from None


def _error(name: Any, timed_out: Any, arguments: Any, submitted: SubmittedText | None) -> BaseException:
    """Exception with this name, either built in or of a new class."""
    if timed_out:
        return TimeLimitReached()
    known = getattr(builtins, str(name), None) or getattr(np.linalg, str(name), None)
    honest = isinstance(known, type) and (issubclass(known, Exception) or known is SystemExit)
    shown = str(name)[:MAX_NAME]
    other = type(submitted.error_name(shown) if submitted else shown, (Exception,), {})
    kind: Any = known if honest else other
    try:
        made: BaseException = kind(*arguments)
    except Exception:  # some exceptions require other arguments
        made = other(*map(str, arguments))
    return made


def _problem(reply: Any, exercise: Exercise, submitted: SubmittedText | None) -> RefusedAnswer | None:
    """Reason to refuse the answer.

    The reply is not trusted, so only its facts enter our own sentence.
    """
    if reply is None:
        return None
    refusal, *facts = reply
    if len(facts) != FACT_COUNTS[Refusal(refusal)]:
        raise ValueError(refusal)
    told = [str(fact)[:MAX_TEXT] for fact in facts]
    if submitted:
        told = [submitted.fact(fact, (exercise.name, exercise.header)) for fact in told]
    return RefusedAnswer(Refusal(refusal), tuple(told))


@lru_cache(32)
def _answer_key(exercise: Exercise, seed: str) -> AnswerKey:
    """Answer key of an exercise, cached because all answers of a class share it."""
    return AnswerKey(exercise, seed)


def judge(
    exercise: Exercise,
    connection: socket.socket,
    seed: str,
    deadline: float,
    submitted: SubmittedText | None,
    inspect: Callable[[Marking], None] | None = None,
) -> Result:
    """Check the function at the other end of ``connection``, with numbers hidden.

    The report may repeat only well-known names and words of the ``submitted`` text, or any words if this text is None.
    ``inspect`` receives the marking of a function that could be called.
    """
    runner = RemoteRunner(connection, deadline, submitted)
    try:
        reply = runner.receive()
        problem, is_lambda = _problem(reply["problem"], exercise, submitted), bool(reply["lambda"])
    except (EndedError, OSError, LookupError, TypeError, ValueError) as error:
        in_time = not isinstance(error, TimeoutError)
        refused = exercise.refuse(RefusedAnswer(Refusal.NO_ANSWER if in_time else Refusal.NO_ANSWER_IN_TIME))
        return replace(refused, trouble=Trouble.ENDED)
    if problem:
        return exercise.refuse(problem)
    with checking(exercise.builds_on):
        marking = Marking(exercise, runner, _answer_key(exercise, seed))
        result = marking.result(show_numbers=False)
        if inspect:
            inspect(marking)
    with suppress(OSError):  # the process may have ended
        send(connection, pickle.dumps(("end",)))
    notes = (*result.notes, messages.LAMBDA) if is_lambda and not result.problem else result.notes
    return replace(result, notes=notes, reward=exercise.reward)


def serve_at(address: str, checks: str, name: str) -> None:
    """Serve the checks at a socket's address, from within the notebook's kernel."""
    exercise = getattr(sys.modules.get(checks) or pkgutil.resolve_name(checks), name)
    # The checks may close the connection at any time.
    with socket.socket(socket.AF_UNIX) as connection, suppress(EndedError, OSError):
        connection.connect(address)
        serve(connection, exercise, vars(sys.modules["__main__"]))


def serve(connection: socket.socket, exercise: Exercise, notebook: Mapping[str, Any]) -> None:
    """Call the student's function for the checks until they end the session."""
    function, problem = exercise.find(notebook)
    refusal = [problem.refusal.value, *problem.facts] if problem else None
    send_data(connection, {"problem": refusal, "lambda": getattr(function, "__name__", "") == "<lambda>"})
    if problem:
        return
    runner = exercise.runner(function)
    with checking(exercise.builds_on):
        _answer(connection, runner)


def _answer(connection: socket.socket, runner: LocalRunner) -> None:
    while (request := _Unpickler(connection).load())[0] != "end":
        if request[0] != "call":
            continue  # reply to a callback that the time limit interrupted
        _, cases, advance = request
        send_data(connection, [_encoded_outcome(outcome) for outcome in runner.each(cases, advance=advance)])


def _encoded_outcome(outcome: Outcome) -> dict[str, Any]:
    error = outcome.error
    if error is None:
        raised = None
    else:
        arguments = [plain(a) if isinstance(a, str | int | float) else message_of(a) for a in _arguments(error)]
        raised = [type(error).__name__, isinstance(error, TimeLimitReached), arguments]
    return {
        "value": outcome.value, "arguments": list(outcome.arguments), "error": raised, "line": outcome.line,
        "used_forbidden": outcome.used_forbidden, "printed": outcome.printed, "warned": list(outcome.warned),
    }  # fmt: skip


def _arguments(error: BaseException) -> tuple[Any, ...]:
    return error.args if type(error.args) is tuple else ()


class _Unpickler(pickle.Unpickler):
    """Unpickler of a request, in which each local function calls back to the checks."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        super().__init__(BytesIO(receive(connection)[0]))

    def persistent_load(self, number: int) -> Callable[..., Any]:
        def call_back(*args: Any, **kwargs: Any) -> Any:
            send_data(self.connection, {"callback": number, "args": list(args), "kwargs": kwargs})
            _, value, error = _ReplyUnpickler(self.connection, [*args, *kwargs.values()]).load()
            if error is not None:
                raise error
            return value

        return call_back


class _ReplyUnpickler(pickle.Unpickler):
    """Unpickler of a reply, which restores the arrays among the arguments."""

    def __init__(self, connection: socket.socket, arguments: Sequence[Any]) -> None:
        self.arguments = arguments
        super().__init__(BytesIO(receive(connection)[0]))

    def persistent_load(self, number: int) -> Any:
        return self.arguments[number]
