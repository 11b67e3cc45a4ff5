"""Runner that calls a student's function safely."""

import copy
import io
import linecache
import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import InitVar, dataclass, field
from functools import lru_cache, partial
from inspect import unwrap
from itertools import islice
from time import monotonic
from types import CodeType
from typing import Any, Protocol

import numpy as np

from cs231n_lib.browser import cpu_time

from .flaws import Foreign
from .plain_data import own_integers, plain, size_problem
from .time_limit import TimeLimit, attempt
from .watch import Watch

Function = Callable[..., Any]

MAX_COLLECTED = 100_000
"""Maximum number of entries read from a generator, which may be endless. No exercise needs as many."""

_NUMPY_WARNINGS: dict[str, Any] = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


@dataclass(frozen=True)
class Case:
    """Arguments for a call of the student's function, and a label for the report."""

    label: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "args", tuple(map(own_integers, self.args)))
        object.__setattr__(self, "kwargs", {name: own_integers(value) for name, value in self.kwargs.items()})


Cases = Iterator[Case]
"""Type of the cases of a row."""


def case(label: str, *args: Any, **kwargs: Any) -> Case:
    """Create a `Case` with the syntax of the call itself."""
    return Case(label, args, kwargs)


@dataclass
class Outcome:
    """Outcome of a call."""

    value: Any = None
    error: BaseException | None = None
    arguments: tuple[Any, ...] = ()
    used_forbidden: bool = False
    printed: str = ""
    warned: tuple[str, ...] = ()
    line: str = ""
    """Last line of the student's code in the error's traceback, such as "line 3: `y = x @ w`"."""


class Runner(Protocol):
    """Interface that calls a function, possibly in another process.

    The rows of a check call a student's function only through a runner. With ``advance`` the call draws from the case's
    own generators, so that the next call gets new numbers.
    """

    def __call__(self, case: Case, *, advance: bool = False) -> Outcome:
        """Return the outcome of the case, and with ``advance`` advance its generators."""

    def each(self, cases: Sequence[Case], *, advance: bool = False) -> list[Outcome]:
        """Return the outcome of each case.

        `RemoteRunner` sends all cases at once. With ``advance`` no two cases may share a generator.
        """


@dataclass(eq=False)
class LocalRunner:
    """`Runner` of a function in this process, with one time limit for all calls."""

    function: Function
    seconds: InitVar[float]
    """Time limit for all calls of this runner together."""
    collect: Callable[[Any], Any] | None = None
    """Function, such as ``list``, that is applied to a returned iterable within the time limit."""
    forbidden: Collection[CodeType] = ()
    """Code of the functions that ``function`` must not call."""
    cpu_time: bool = False
    """Whether ``seconds`` counts CPU time instead of wall-clock time."""
    watch_slips: bool = False
    """Whether to watch for calls of named mistakes as well."""

    def __post_init__(self, seconds: float) -> None:
        self.clock = cpu_time if self.cpu_time else monotonic
        self.deadline = self.clock() + seconds
        self.watch = Watch(self.forbidden, self.watch_slips)

    def __call__(self, case: Case, *, advance: bool = False) -> Outcome:
        """Call the function on copies of the arguments while silencing and watching it."""
        args, kwargs = copied_arguments(case, advance=advance)
        outcome = Outcome(arguments=(*args, *kwargs.values()))
        with (
            silence() as (output, caught),
            self.watch,
            np.errstate(**_NUMPY_WARNINGS),
        ):
            limit = TimeLimit(self.deadline - self.clock(), self.cpu_time)
            outcome.value, outcome.error = attempt(
                limit, lambda: collected(self.function(*args, **kwargs), self.collect)
            )
        outcome.used_forbidden = self.watch.noticed
        if outcome.error is not None:
            outcome.line = self._line_of(outcome.error)
            outcome.error.__traceback__ = None  # the frames of the traceback keep all values alive, even large ones
        # An argument that has grown too large to inspect counts as changed.
        outcome.arguments = tuple(Foreign(type(a).__name__) if size_problem(a) else a for a in outcome.arguments)
        outcome.printed = output.getvalue()
        outcome.warned = tuple(dict.fromkeys(str(w.message) for w in caught))
        return outcome

    def each(self, cases: Sequence[Case], *, advance: bool = False) -> list[Outcome]:
        """Call the function on each case in turn."""
        return [self(case, advance=advance) for case in cases]

    def _line_of(self, error: BaseException) -> str:
        """Last line of the function's own code in the traceback of ``error``."""
        theirs = _globals_of(self.function)
        found, trace = "", error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_globals is theirs:
                text = linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno).strip()
                found = f"line {trace.tb_lineno}" + (f": {literal(text)}" if text else "")
            trace = trace.tb_next
        return found


def copied_arguments(case: Case, *, advance: bool = False) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Deep copies of a case's arguments. With ``advance``, generators are not copied."""
    known: dict[int, Any] = {}
    if advance:
        known = {id(a): a for a in (*case.args, *case.kwargs.values()) if isinstance(a, np.random.Generator)}
    return _copied(case.args, known), _copied(case.kwargs, known)


def _copied(value: Any, known: dict[int, Any]) -> Any:
    """Copy like ``copy.deepcopy``, but faster for the usual arguments.

    ``known`` holds the copies so far by the identity of the original, like the memo of ``deepcopy``.
    """
    kind = type(value)
    if kind in (int, float, bool, str):
        return value
    if id(value) in known:
        return known[id(value)]
    copied: Any
    if kind is np.ndarray and not value.dtype.hasobject:
        copied = value.copy(order="K")
    elif kind in (tuple, list):
        copied = kind([_copied(one, known) for one in value])
    elif kind is dict:
        copied = {_copied(key, known): _copied(one, known) for key, one in value.items()}
    elif kind is np.random.Generator:
        copied = _copied_generator(value)
    else:
        return copy.deepcopy(value, known)
    known[id(value)] = copied
    return copied


def _copied_generator(generator: np.random.Generator) -> np.random.Generator:
    """Copy of a generator, for PCG64 in a quarter of the time of ``deepcopy``.

    ``deepcopy`` seeds the copy from the system's entropy before it sets the state.
    """
    bits = generator.bit_generator
    if not isinstance(bits, np.random.PCG64) or not isinstance(seed := bits.seed_seq, np.random.SeedSequence):
        return copy.deepcopy(generator)
    same = np.random.SeedSequence(
        seed.entropy, spawn_key=seed.spawn_key, pool_size=seed.pool_size, n_children_spawned=seed.n_children_spawned
    )
    copied = np.random.PCG64(same)
    copied.state = bits.state
    return np.random.Generator(copied)


def collected(value: Any, collect: Callable[[Any], Any] | None) -> Any:
    """Convert a result to plain data of limited size, within the time limit.

    Raises
    ------
    ValueError
        If the result is too large to inspect.
    """
    if collect is not None and isinstance(value, Iterable) and not size_problem(value):
        value = collect(islice(value, MAX_COLLECTED))
    if why := size_problem(value):
        raise ValueError(why)
    return plain(value)


def literal(text: str) -> str:
    """Format text as code on one line of at most 200 characters, without markup."""
    one_line = " ".join(without_surrogates(text).split()).replace("`", "'")
    return f"`{one_line[:200]}{'…' * (len(one_line) > 200)}`"


def without_surrogates(text: str) -> str:
    """Replace lone surrogates, which no message can carry, with question marks."""
    return text.encode(errors="replace").decode()


def message_of(error: object) -> str:
    """Message of an error, or empty if the student's own class cannot produce one."""
    try:
        return str(error)
    except (Exception, SystemExit):
        return ""


def _globals_of(function: Any) -> dict[str, Any]:
    """Namespace in which a student's function was defined, with its helper functions."""
    while isinstance(function, partial):
        function = function.func
    function = unwrap(function)
    method = function if hasattr(function, "__globals__") else type(function).__call__
    return getattr(method, "__globals__", vars(sys.modules["__main__"]))


class _Bounded(io.StringIO):
    """Stream that keeps only its first characters, so that prints cannot fill memory."""

    LIMIT = 2000
    written = 0
    """Number of characters written, including the dropped ones."""

    def close(self) -> None:
        """Stay open, because a student's function may close the standard output."""

    def write(self, text: str) -> int:
        self.written += len(text)
        room = self.LIMIT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


@contextmanager
def silence() -> Iterator[tuple[_Bounded, list[warnings.WarningMessage]]]:
    """Keep prints, warnings, displays and figures out of the notebook."""
    output = _Bounded()
    pyplot = sys.modules.get("matplotlib.pyplot")
    figures = set(pyplot.get_fignums()) if pyplot else set()
    with (
        redirect_stdout(output),
        redirect_stderr(output),
        _hide_displays(),
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("default")
        yield output, caught
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot:
        for number in set(pyplot.get_fignums()) - figures:
            pyplot.close(number)


@contextmanager
def _hide_displays() -> Iterator[None]:
    """Drop what code displays in a notebook.

    IPython's ``capture_output`` would create two objects for each call, which takes longer than most answers.
    """
    shell = None
    if "IPython" in sys.modules:  # without IPython there are no displays, and its import is as slow as NumPy's
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
    if shell is None:
        yield
        return
    publisher, hook = _display_sinks(shell)
    before = shell.display_pub, sys.displayhook
    shell.display_pub, sys.displayhook = publisher, hook
    try:
        yield
    finally:
        shell.display_pub, sys.displayhook = before
        publisher.outputs.clear()


@lru_cache(maxsize=1)
def _display_sinks(shell: Any) -> tuple[Any, Any]:
    """Publisher and display hook that only collect what this shell displays."""
    from IPython.core.displayhook import CapturingDisplayHook
    from IPython.core.displaypub import CapturingDisplayPublisher

    publisher = CapturingDisplayPublisher()
    return publisher, CapturingDisplayHook(shell=shell, outputs=publisher.outputs)
