"""Whatever an answer returns, its check comes to an end, says what is wrong, and raises nothing."""

import inspect
import random
import signal
import threading
from time import monotonic
from typing import Any

import numpy as np
import pytest
from checks.across import SEED, across, serving
from checks.strange import KINDS, WAYS, argument, is_honest, judged, part, standard, whole
from checks.test_place import written

from cs231n_lib.checks import Exercise, Values, case
from cs231n_lib.checks.locate import place, runs
from cs231n_lib.checks.run import time_limit as limits
from cs231n_lib.checks.run.time_limit import TimeLimit, TimeLimitReached, attempt, memory_limit
from cs231n_lib.course.plan import LESSONS, checks_of, exercises_of

# The fork is the student, as in test_remote.
pytestmark = pytest.mark.filterwarnings(
    "ignore:This process .*multi-threaded:DeprecationWarning", "ignore:os.fork.. was called:RuntimeWarning"
)

EVERY = [(lesson.slug, exercise) for lesson in LESSONS for exercise in exercises_of(checks_of(lesson.slug)).values()]
DRAWN = 3
"""Kinds of values for each exercise; all exercises together meet each of them more than once."""


def drawn(name: str) -> list[tuple[Any, str]]:
    draw = random.Random(name)
    return [(draw.choice(WAYS), kind) for kind in draw.sample(sorted(KINDS), DRAWN)]


def assert_honest(exercise: Exercise, way: Any, kind: str) -> None:
    result = judged(exercise, way(exercise, KINDS[kind]))
    assert is_honest(result), (exercise.name, way.__name__, kind, result)
    if way is whole:
        assert result.points < result.out_of, (exercise.name, kind)


@pytest.mark.parametrize(("slug", "exercise"), EVERY, ids=[f"{slug} {one.name}" for slug, one in EVERY])
def test_strange_values_are_judged(slug, exercise):
    for way, kind in drawn(exercise.name):
        assert_honest(exercise, way, kind)


def ways(name: str, kind: str, every: bool) -> tuple[Any, ...]:
    return WAYS if every else (random.Random(name + kind).choice(WAYS),)


@pytest.mark.audit
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.seeds)])
@pytest.mark.parametrize(("slug", "exercise"), EVERY, ids=[f"{slug} {one.name}" for slug, one in EVERY])
def test_every_strange_value_is_judged(slug, exercise, every):
    for kind in KINDS:
        for way in ways(exercise.name, kind, every):
            assert_honest(exercise, way, kind)
    standard.cache_clear()


def test_every_kind_is_drawn():
    assert {kind for _, one in EVERY for _, kind in drawn(one.name)} == set(KINDS)


ONES = """
def ones(n):
    s = []
    for i in range(n):
        s.append(1.0)
    return s
"""


def ones(n):
    """A list of n ones.

    >>> ones(2)
    [1.0, 1.0]
    """
    return [1.0] * n


LISTS = Exercise(ones, 4, 1, 1, (Values("So many", 2, lambda rng: [case("none", 0), case("some", 3)]),))

IN_ITSELF = ("s.append(s)", "s += [s, s]", "s.append((s, [s]))", "s.append({'a': s})")
TOO_MUCH = (
    "s.append([0.0] * 10**6)",
    "s.append(np.zeros(10**8))",
    "s.append(np.broadcast_to(0.0, (10**6, 10**6)))",
    "s = [s, s] if i else [s] * 100",
    "s = (s,) * 150",
    "s.append(10**5000)",
)


@pytest.mark.parametrize("returned", ["[]", "[1.0]", "(1.0, 2.0)", "np.ones(1)", "{}"])
def test_empty_list_can_be_the_expected_result(returned):
    result = LISTS(written(f"def ones(n):\n    return {returned}\n", "ones"))
    assert is_honest(result)
    assert result.points < result.out_of
    assert LISTS(ones, where=False).problem  # it is the reference itself
    assert LISTS(written(ONES, "ones")).passed


def test_empty_dictionary_can_be_the_expected_result():
    def nothing():
        return {}

    asked = Exercise(nothing, 4, 1, 1, (Values("Nothing", 2, lambda rng: [case("no argument")]),))
    result = asked(lambda: 5)
    assert "returns a number, not an empty dictionary" in result.text()


@pytest.mark.parametrize("change", IN_ITSELF + TOO_MUCH)
def test_the_search_ends_on_strange_values(change):
    result = LISTS(written(ONES.replace("s.append(1.0)", change), "ones"))
    assert is_honest(result)
    assert result.points < result.out_of


def test_the_search_ends_on_edits_that_hold_themselves():
    """No edit of this answer is right, and some append the list to itself."""
    answer = ONES.replace("s = []", "s, t = [], []").replace("1.0)", "t)\n        t.append(s)")
    result = LISTS(written(answer, "ones"))
    assert is_honest(result)
    assert not result.places


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(place, "WALL_SECONDS", 0.3)
    monkeypatch.setattr(place, "SEARCH_CPU_SECONDS", 0.3)


def endless(*args, **kwargs):
    end = monotonic() + 20
    while monotonic() < end:
        pass
    raise AssertionError("nothing interrupted this")


def test_a_search_without_end_is_interrupted(short, monkeypatch):
    monkeypatch.setattr(place, "_search", endless)
    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGPROF)
    assert not LISTS(written(ONES.replace("1.0", "2.0"), "ones")).places
    assert (signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGPROF)) == before
    assert signal.getitimer(signal.ITIMER_REAL) == signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_a_search_without_end_is_interrupted_in_a_thread(short, monkeypatch):
    monkeypatch.setattr(place, "_search", endless)
    found = []
    answer = written(ONES.replace("1.0", "2.0"), "ones")
    thread = threading.Thread(target=lambda: found.append(LISTS(answer)), daemon=True)
    thread.start()
    thread.join(30)
    assert not found[0].places


def test_without_alarms_the_search_looks_at_the_clock(monkeypatch):
    monkeypatch.setattr(threading.Thread, "start", lambda thread: (_ for _ in ()).throw(RuntimeError("no threads")))
    monkeypatch.delattr(signal, "setitimer")
    answer = written(ONES.replace("1.0", "2.0"), "ones")
    assert LISTS(answer).places
    monkeypatch.setattr(runs, "WALL_SECONDS", -1.0)
    assert not LISTS(answer).places


@pytest.mark.skipif(not limits.CAN_LIMIT_MEMORY, reason="the system does not limit memory: only Linux does")
def test_a_search_takes_no_more_memory_than_it_may(monkeypatch):
    def hungry(*args):
        return np.empty(2 * place.MAX_MEMORY_BYTES, np.int8)

    monkeypatch.setattr(place, "_search", hungry)
    assert not LISTS(written(ONES.replace("1.0", "2.0"), "ones")).places
    with memory_limit(1 << 30), pytest.raises(MemoryError):
        np.empty(2 << 30, np.int8)
    assert np.empty(2 << 30, np.int8).size == 2 << 30


@pytest.mark.parametrize("cpu_time", [False, True])
def test_inner_time_limit_keeps_the_alarm_of_the_outer_one(cpu_time):
    def inner():
        found = attempt(TimeLimit(0.05, cpu_time), endless)
        assert isinstance(found[1], TimeLimitReached)
        endless()

    assert isinstance(attempt(TimeLimit(0.4, cpu_time), inner)[1], TimeLimitReached)
    assert attempt(TimeLimit(5.0, cpu_time), lambda: 5) == (5, None)


def test_an_answer_of_the_same_text_is_not_the_reference():
    """Code objects of the same text at the same line are equal."""
    text = "\n" * (ones.__code__.co_firstlineno - 1) + inspect.getsource(ones)
    space: dict[str, Any] = {}
    exec(compile(text, __file__, "exec"), space)
    assert space["ones"].__code__ == ones.__code__
    assert LISTS(space["ones"]).passed
    assert not LISTS(ones).passed


def outputs(x, names):
    """Three kinds of results from an array and a list.

    >>> outputs(np.ones(1), ["a"])
    (array([2.]), ['a'], 1)
    """
    return 2.0 * x, [*names], len(names)


def same_outputs(x, names):
    return 2.0 * x, [*names], len(names)


TWIN = Exercise(same_outputs, 6, 1, 1, ())
"""Of this reference the right values are taken: calling that of `CHECKED` earns nothing."""
CHECKED = Exercise(outputs, 6, 1, 1, (Values("Three", 2, lambda rng: [case("two", rng.random(2), ["a", "b"])]),))

ACROSS = (
    "5,000 digits", "list of 5,000 digits", "wide list in itself", "array in itself", "deep list", "10 to the 19th",
    "huge array of one number", "long string", "count", "raising", "error of an object", "objects", "set", "empty list",
)  # fmt: skip


@pytest.mark.parametrize("kind", ACROSS)
@pytest.mark.parametrize("way", [whole, part, argument])
def test_strange_values_from_another_process(kind, way):
    answer = way(TWIN, KINDS[kind])
    here = CHECKED(answer, seed=SEED, where=False)
    there = across(CHECKED, serving(CHECKED, answer))
    assert is_honest(there)
    assert there.rows
    assert (there.points, [row.sentence for row in there.rows]) == (here.points, [row.sentence for row in here.rows])
