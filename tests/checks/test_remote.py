"""The checks with the student in another process: the same reports, and nothing to be gained by lying to them."""

import inspect
import os
import pickle
import socket
import struct
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from checks.across import across, serving
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cs231n_lib.checks import Caller, Exercise, Property, Values, case
from cs231n_lib.checks.remote import protocol, runner
from cs231n_lib.checks.remote.protocol import GeneratorState, advance_to, receive, receive_data, send, send_data
from cs231n_lib.checks.remote.runner import _Unpickler, serve
from cs231n_lib.checks.run.flaws import Breach, EndedError, Foreign, Headline, Refusal, RefusedAnswer, Trouble
from cs231n_lib.lessons.initialization import checks as initialization
from cs231n_lib.lessons.optimization import checks

# The fork is the student: it only answers, and a lock that another thread holds would cost it the time limit.
# JAX, which other tests may have loaded, says so too.
pytestmark = pytest.mark.filterwarnings(
    "ignore:This process .*multi-threaded:DeprecationWarning", "ignore:os.fork.. was called:RuntimeWarning"
)

TESTS = Path(__file__).parents[1]
LESSONS = TESTS.parent / "cs231n_lib" / "lessons"


@contextmanager
def ends(breach: Breach) -> Iterator[None]:
    with pytest.raises(EndedError) as ended:
        yield
    assert ended.value.breach is breach


def crossed(value: Any) -> Any:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_data(theirs, value)
        return receive_data(ours)


ARRAYS = hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, max_side=3)).filter(
    lambda a: a.dtype.kind in "biufc"
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.complex_numbers(),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(ARRAYS)
def test_arrays_cross_bit_by_bit(array: np.ndarray) -> None:
    there = crossed([array, array[()]])[0]
    assert (there.dtype, there.shape, there.tobytes()) == (array.dtype, array.shape, array.tobytes())


@given(PLAIN)
def test_plain_data_cross_as_they_are(value: Any) -> None:
    assert repr(crossed(value)) == repr(value)


def test_other_objects_are_sent_as_the_names_of_their_types() -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return os.system, ("echo taken",)

    there = crossed([Evil(), np.array([Evil()]), len])
    assert there == [Foreign("Evil"), Foreign("ndarray"), Foreign("builtin_function_or_method")]


MESSAGES: dict[str, list[bytes]] = {
    "no block": [],
    "no JSON": [b"\x80\x04."],
    "pickle with code": [pickle.dumps(Foreign("x"))],
    "no message": [b"[1, 2]"],
    "two kinds": [b'{"plain": 1, "list": []}'],
    "object dtype": [b'{"array": ["|O", [1], 0]}', b"12345678"],
    "wrong size": [b'{"array": ["<f8", [1000000], 0]}', b"12345678"],
    "huge shape": [b'{"array": ["<f8", [1152921504606846976], 0]}', b""],
    "no such block": [b'{"array": ["<f8", [1], 7]}'],
    "block used twice": [b'{"list": [{"array": ["<f8", [1], 0]}, {"array": ["<f8", [1], 0]}]}', b"12345678"],
    "nested": [b'{"list": [' * 10_000],
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_malformed_message_ends_the_connection(kind: str) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(theirs, *MESSAGES[kind])
        with ends(Breach.PROTOCOL):
            receive_data(ours)


@pytest.mark.parametrize("head", [struct.pack("<IQ", 1 << 31, 0), struct.pack("<IQ", 1, 1 << 60)])
def test_oversized_message_is_not_read(head: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(head)
        with ends(Breach.TOO_MUCH):
            receive_data(ours)


@pytest.mark.parametrize(
    "text",
    [
        b'{"list": [' + b'{"plain": 0},' * 1_000_000 + b'{"plain": 0}]}',
        b'{"plain": "' + bytes([120]) * (16 << 20) + b'"}',
    ],
    ids=["values", "text"],
)
def test_message_with_too_much_in_it_is_not_decoded(text: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ends(Breach.TOO_MUCH):
        Thread(target=send, args=(theirs, text)).start()
        receive_data(ours)


def test_deadline_holds_while_a_message_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(theirs, b'{"list": [' + b'{"plain": 0},' * 2000 + b'{"plain": 0}]}')
        blocks = receive(ours)
        monkeypatch.setattr(protocol, "receive", lambda *_: blocks)
        with pytest.raises(TimeoutError):
            receive_data(ours, time.monotonic())


@pytest.mark.parametrize("sizes", [(3, 4), (1 << 63, 1 << 63), (9,)])
def test_blocks_with_wrong_sizes_end_the_connection(sizes: tuple[int, ...]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(f"<IQ{len(sizes)}Q", len(sizes), 8, *sizes) + bytes(8))
        with ends(Breach.PROTOCOL):
            receive_data(ours)


def test_generator_advances_only_to_states_that_drawing_reaches() -> None:
    mine, theirs = np.random.default_rng(3), np.random.default_rng(3)
    theirs.random(1234)
    theirs.integers(5, dtype=np.int32)
    advance_to(mine, GeneratorState(theirs.bit_generator.state))
    assert mine.random() == theirs.random()
    assert mine.integers(5, dtype=np.int32) == theirs.integers(5, dtype=np.int32)
    for chosen in (np.random.default_rng(3), np.random.default_rng(4)):
        with ends(Breach.GENERATOR):
            advance_to(mine, GeneratorState(chosen.bit_generator.state))


def right(exercise: Any) -> Any:
    """The reference, as a student who wrote the same would have it."""
    names = dict(vars(sys.modules[exercise.reference.__module__]))
    exec(compile(textwrap.dedent(inspect.getsource(inspect.unwrap(exercise.reference))), "answer", "exec"), names)
    return names[exercise.reference.__name__]


# f is called back, rng is drawn from, a tuple comes back, and an error is asked for.
@pytest.mark.parametrize("name", ["numerical_gradient", "minibatches", "relative_error", "least_squares_loss"])
def test_right_answers_get_full_marks(name: str) -> None:
    exercise = getattr(checks, name)
    result = across(exercise, serving(exercise, right(exercise)))
    assert result.passed, result.text()


def test_array_that_a_function_returns_stays_the_same_array() -> None:
    def bias_effect(forward: Any, backward: Any, x: Any, w: Any, b: Any, dout: Any) -> tuple[Any, Any]:
        z = x @ w + b
        out, cache = forward(z)
        effect = out.copy()
        z -= b  # changes the cache of a layer that keeps its input
        return np.abs(effect - forward(z)[0]).max(axis=0), backward(dout, cache).sum(axis=0)

    exercise = initialization.bias_effect
    assert across(exercise, serving(exercise, bias_effect)).points == exercise(bias_effect).points < exercise.points


def test_slow_answer_takes_no_time_from_the_next_answer() -> None:
    """All answers of a class are marked by the same standard, which must not remember that one was slow."""
    exercise = replace(checks.relative_error, seconds=0.5)
    slow = across(exercise, serving(exercise, lambda x, y: time.sleep(1)))
    assert "does not finish in time" in slow.text()
    result = across(exercise, serving(exercise, right(exercise)))
    assert result.passed, result.text()


def test_calls_that_are_known_beforehand_go_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def reference(i: int, rng: np.random.Generator) -> int:
        return i

    def often(call: Caller, rng: np.random.Generator) -> None:
        assert call.each((i, own) for i, own in enumerate(rng.spawn(5))) == [0, 1, 2, 3, 4]
        assert call(7, rng) == 7

    cases = Values("Is i", 1, lambda rng: (case(f"{i}", i, rng) for i in range(3)))
    exercise = Exercise(reference, 2, 1, 1, checks=(cases, Property("Is i, often", 1, often, pure=True)))
    asked: list[int] = []

    def counting(line: socket.socket, request: bytes) -> None:
        what, *more = pickle.loads(request)
        asked.extend([len(more[0])] if what == "call" else [])
        send(line, request)

    monkeypatch.setattr(runner, "send", counting)
    result = across(exercise, serving(exercise, lambda i, rng: i))
    assert result.passed, result.text()
    assert asked == [3, 5, 1]


def lies(answer: Callable[[socket.socket, Any], None]) -> Callable[[socket.socket], None]:
    def student(line: socket.socket) -> None:
        send_data(line, {"problem": None, "lambda": False})
        while True:
            answer(line, _Unpickler(line).load())

    return student


CRASH = ["KeyboardInterrupt", False, []]
NOT_THERE = {"callback": 99, "args": [], "kwargs": {}}
FULL = {"value": 1.0, "error": None, "line": "", "used_forbidden": False, "printed": "", "warned": []}


def told(asked: Any, **more: Any) -> list[dict[str, Any]]:
    """An answer to each call that a request asks for."""
    return [FULL | {"arguments": [None for _ in (*c.args, *c.kwargs)]} | more for c in asked[1]]


LIES: dict[str, Callable[[socket.socket], None]] = {
    "says nothing": lambda line: time.sleep(60),
    "ends at once": lambda line: os._exit(1),
    "closes its line": lambda line: line.close(),
    "has a problem": lambda line: send_data(line, {"problem": ["not_there", "<script>send()</script>"], "lambda": 0}),
    "words a problem": lambda line: send_data(line, {"problem": "<script>send()</script>", "lambda": False}),
    "has a problem of ours": lambda line: send_data(line, {"problem": ["not_started"], "lambda": False}),
    "leaves a fact out": lambda line: send_data(line, {"problem": ["other_name", "f"], "lambda": False}),
    "has no problem at all": lambda line: send_data(line, {"problem": [], "lambda": False}),
    "sends a result": lambda line: send_data(line, {"points": 8.0, "passed": True}),
    "answers with numbers": lies(lambda line, asked: send_data(line, 8.0)),
    "answers without arguments": lies(lambda line, asked: send_data(line, told(asked, arguments=[]))),
    "invents an error": lies(lambda line, asked: send_data(line, told(asked, error=CRASH))),
    "invents a Violation": lies(lambda line, asked: send_data(line, told(asked, error=["Violation", False, [""]]))),
    "answers to one call of many": lies(lambda line, asked: send_data(line, told(asked)[:1])),
    "answers to a call too many": lies(lambda line, asked: send_data(line, [*told(asked), *told(asked)[:1]])),
    "one answer for all calls": lies(lambda line, asked: send_data(line, told(asked)[0])),
    "calls back what is not there": lies(lambda line, asked: send_data(line, NOT_THERE)),
    "answers with too many numbers": lies(lambda line, asked: send_data(line, told(asked, value=[0.0] * 300_000))),
    "sends pickles": lies(lambda line, asked: send(line, pickle.dumps(print))),
    "floods": lies(lambda line, asked: line.sendall(b"\xff" * 10_000_000)),
}


@pytest.mark.parametrize("lie", LIES)
def test_false_reply_earns_nothing_and_does_no_harm(lie: str) -> None:
    result = across(checks.numerical_gradient, LIES[lie], seconds=3)
    assert result.points == 0
    assert "<script>" not in result._repr_html_()
    assert result.headline != Headline.NOT_STARTED


def test_refusal_crosses_as_a_code_with_bounded_facts() -> None:
    """Only what fills a sentence of the check's own comes from there, and not more than a sentence needs."""
    result = across(checks.numerical_gradient, lambda line: serve(line, checks.numerical_gradient, {}))
    assert result.problem == RefusedAnswer(Refusal.NOT_THERE, ("numerical_gradient",))
    long = ["not_there", "x" * 10_000]
    cut = across(checks.numerical_gradient, lambda line: send_data(line, {"problem": long, "lambda": False}))
    assert cut.problem
    assert len(cut.problem.facts[0]) == runner.MAX_TEXT


@pytest.mark.parametrize("lie", ["ends at once", "answers with numbers", "answers to one call of many"])
def test_an_ended_process_is_reported_as_trouble(lie: str) -> None:
    assert across(checks.numerical_gradient, LIES[lie], seconds=3).trouble == Trouble.ENDED


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda asked: 8.0, "your code broke the protocol"),
        (lambda asked: told(asked, value=[0.0] * 300_000), "your function returns too much data"),
    ],
)
def test_graded_report_says_which_rule_was_broken(answer: Callable[[Any], Any], said: str) -> None:
    result = across(checks.numerical_gradient, lies(lambda line, asked: send_data(line, answer(asked))), seconds=3)
    text = replace(result, show_numbers=False).text()
    assert said in text, text
    assert "EndedError" not in text


def test_endless_calls_back_are_ended() -> None:
    def endless(line: socket.socket, asked: Any) -> None:
        while True:
            send_data(line, {"callback": 0, "args": [np.zeros(2)], "kwargs": {}})
            line.recv(1 << 20)

    start = time.monotonic()
    assert across(checks.numerical_gradient, lies(endless), seconds=2).points == 0
    assert time.monotonic() - start < 30


@pytest.mark.audit
@pytest.mark.parametrize(
    "slug",
    [
        *("optimization", "backpropagation", "activations"),
        *(pytest.param(s, marks=pytest.mark.seeds) for s in ("initialization", "regularization", "update_rules")),
    ],
)
def test_every_mistake_gets_the_same_report_word_for_word(slug: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "checks.across", slug], cwd=TESTS, capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])},
    )  # fmt: skip
    assert done.stdout.strip().endswith("answers")
    assert len(done.stdout.splitlines()) == 1, done.stdout
