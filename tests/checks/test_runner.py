"""The runner, tried on functions that do all that a student's function should not."""

import signal
import sys
import threading
import time
import warnings
from contextlib import suppress
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cs231n_lib.checks.run.runner import MAX_COLLECTED, LocalRunner, case, literal
from cs231n_lib.checks.run.time_limit import TimeLimitReached
from cs231n_lib.checks.run.watch import ProfilingWatch, Watch
from cs231n_lib.lessons.optimization.checks import relative_error


def run(function, *args, seconds=5.0, collect=None, forbidden=()):
    return LocalRunner(function, seconds, collect, forbidden)(case("a case", *args))


def sleep_and_swallow():
    while True:
        try:
            time.sleep(0.1)
        except:  # noqa: E722  (as students write it)
            continue


def nap():
    with suppress(BaseException):
        time.sleep(0.05)


def swallow_at_two_depths():
    while True:
        try:
            nap()
        except:  # noqa: E722  (as students write it)
            continue


def loop_in_finally():
    try:
        while True:
            pass
    finally:
        while True:
            pass


def loop():
    while True:
        pass


def print_for_ever():
    while True:
        print("again and again")


def warn_for_ever():
    while True:
        warnings.warn("again", stacklevel=1)


ENDLESS = [
    loop,
    partial(time.sleep, 60),
    print_for_ever,
    warn_for_ever,
    sleep_and_swallow,
    swallow_at_two_depths,
    loop_in_finally,
]


@pytest.mark.slow
@pytest.mark.parametrize("function", ENDLESS, ids=lambda function: getattr(function, "__name__", "sleep"))
def test_endless_code_is_interrupted(function):
    outcome = run(function, seconds=0.2)
    assert isinstance(outcome.error, TimeLimitReached)
    assert len(outcome.printed) <= 2000
    time.sleep(0.6)  # the alarm comes twice a second: none may be left
    assert run(lambda: 5).value == 5


@pytest.mark.parametrize("function", [loop, swallow_at_two_depths])
def test_endless_code_is_interrupted_in_a_thread(function):
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(run(function, seconds=0.2)), daemon=True)
    thread.start()
    thread.join(20)
    assert isinstance(outcomes[0].error, TimeLimitReached)


@pytest.fixture
def no_threads(monkeypatch):
    """Neither threads nor alarms, as where Python runs in a browser."""

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.delattr(signal, "setitimer", raising=False)


@pytest.mark.parametrize(
    "function", [loop, print_for_ever, swallow_at_two_depths], ids=lambda function: function.__name__
)
def test_endless_code_is_interrupted_without_threads(no_threads, function):
    before = sys.gettrace()
    outcome = run(function, seconds=0.2)
    assert isinstance(outcome.error, TimeLimitReached)
    assert sys.gettrace() is before
    assert run(lambda: 5).value == 5


def test_a_check_answers_where_threads_cannot_start(no_threads):
    def answer(a, b):
        largest = np.maximum(abs(a), abs(b))
        return factor * abs(a - b) / np.where(largest == 0, 1, largest)

    factor = 1
    assert relative_error(answer).passed
    factor = 2
    assert not relative_error(answer).passed


def test_calls_share_the_time():
    runner = LocalRunner(time.sleep, 0.5)
    assert runner(case("short", 0.3)).error is None
    assert isinstance(runner(case("short", 0.3)).error, TimeLimitReached)


def test_an_endless_generator_is_read_up_to_a_limit():
    def count():
        n = 0
        while True:
            yield n
            n += 1

    assert len(run(count, collect=list).value) == MAX_COLLECTED
    assert isinstance(run(lambda: (time.sleep(60) for _ in [1]), seconds=0.2, collect=list).error, TimeLimitReached)
    assert run(lambda: None, collect=list).value is None


def within_itself():
    """A list of four, each of them the list itself: nested a few levels deep it would fill the memory."""
    result = []
    result.extend([result] * 4)
    return result


def test_self_containing_result_is_an_error():
    shared = [np.ones(2)]
    assert isinstance(run(within_itself).error, ValueError)
    assert isinstance(run(lambda: {"dx": within_itself()}).error, ValueError)
    assert run(lambda: (shared, shared)).error is None


def test_prints_warnings_and_figures_stay_out_of_the_notebook(capfd):
    def noisy(x):
        print("on stdout")
        print("on stderr", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        plt.figure()
        return 1 / x

    before = plt.get_fignums()
    outcome = run(noisy, np.zeros(2))
    assert np.isinf(outcome.value).all()
    assert outcome.printed == "on stdout\non stderr\n"
    assert outcome.warned == ("careful", "divide by zero encountered in divide")
    assert plt.get_fignums() == before
    assert capfd.readouterr() == ("", "")


def test_displayed_objects_stay_out_of_the_notebook():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    published = []
    shell = InteractiveShell.instance()
    try:
        shell.display_pub.publish = lambda *args, **kwargs: published.append(args)
        display("seen")
        assert len(published) == 1
        assert run(lambda: display("hidden")).error is None
        assert len(published) == 1
    finally:
        InteractiveShell.clear_instance()


def test_a_warning_costs_nothing_where_warnings_are_errors():
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        outcome = run(lambda x: np.log(x), np.zeros(1))
    assert outcome.error is None
    assert outcome.value == -np.inf


def test_what_the_function_changes_in_the_process_is_undone():
    def meddle():
        np.seterr(all="ignore")
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.setprofile(lambda *args: None)
        warnings.simplefilter("ignore")
        sys.stdout = sys.stderr = None

    def state():
        handlers = [signal.getsignal(s) for s in (signal.SIGALRM, signal.SIGINT)]
        return np.geterr(), handlers, sys.getprofile(), list(warnings.filters), sys.stdout, sys.stderr

    before = state()
    assert run(meddle, forbidden={library.__code__}).error is None
    assert state() == before


def test_a_closed_standard_output_does_no_harm():
    assert run(lambda: sys.stdout.close()).error is None


def test_the_arguments_of_the_case_are_left_alone():
    x = np.zeros(3)

    def spoil(x):
        x += 1

    outcome = run(spoil, x)
    assert (x == 0).all()
    assert (outcome.arguments[0] == 1).all()


@pytest.mark.parametrize("error", [SystemExit(0), RecursionError(), GeneratorExit(), MemoryError(), ValueError("no")])
def test_any_exception_is_caught(error):
    def stop():
        raise error

    assert run(stop).error is error


def test_endless_recursion_is_caught():
    def again():
        return again()

    assert isinstance(run(again, forbidden={print_for_ever.__code__}).error, RecursionError)


def test_a_keyboard_interrupt_passes_through():
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(stop)
    assert sys.stdout is not None
    assert run(lambda: 5).value == 5


def library(x):
    return x


def in_a_thread(x):
    thread = threading.Thread(target=library, args=(x,))
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    "function",
    [
        library,
        lambda x: library(x),
        partial(library),
        lambda x: [library(e) for e in [x]],
        lambda x: list(map(library, [x])),
        lambda x: sorted([x, x], key=library),
        in_a_thread,
    ],
)
def test_a_forbidden_function_is_noticed(function):
    assert run(function, 1, forbidden={library.__code__}).used_forbidden


@pytest.mark.parametrize("kind", dict.fromkeys([Watch, ProfilingWatch]))
def test_threads_that_ran_before_the_check_are_not_watched(kind):
    begin, ended = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: (begin.wait(5), library(1), ended.set()))
    thread.start()
    watch = kind({library.__code__}, False)
    with watch:
        begin.set()
        assert ended.wait(5)
    thread.join()
    assert not watch.noticed
    with watch:
        library(1)
    assert watch.noticed


def test_writing_the_steps_is_not_using_a_forbidden_function():
    assert not run(lambda x: x, 1, forbidden={library.__code__}).used_forbidden


def cell(source, name, namespace=None, filename="<ipython-input-7>"):
    """A function as IPython defines it: compiled from text that only `linecache` knows."""
    import linecache

    namespace = {} if namespace is None else namespace
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name]


def line_of(function, *args):
    runner = LocalRunner(function, 5)
    return runner(case("a case", *args)).line


def test_the_line_is_that_of_the_students_code():
    function = cell("def f(x, w):\n    # multiply\n    return np.dot(x, w)\n", "f", {"np": np})
    assert line_of(function, np.ones(2), np.ones(3)) == "line 3: `return np.dot(x, w)`"


def test_the_line_may_be_that_of_a_helper_in_another_cell():
    notebook = {}
    cell("def helper(x):\n    return x.no_such_thing\n", "helper", notebook, "<cell 1>")
    function = cell("def f(x):\n    return helper(x)\n", "f", notebook, "<cell 2>")
    expected = "line 2: `return x.no_such_thing`"
    assert line_of(function, 1) == expected
    assert line_of(partial(function, 1)) == expected


def test_error_line_is_found_in_properties_and_callables():
    source = (
        "class F:\n    @property\n    def rate(self):\n        return 1 / 0\n"
        "    def __call__(self):\n        return self.rate\nf = F()\n"
    )
    assert line_of(cell(source, "f", filename="<cell 3>")) == "line 4: `return 1 / 0`"


def test_error_outside_the_students_code_has_no_line():
    assert line_of(len, 3) == ""


def test_literal_text_is_unformatted_and_truncated():
    assert literal("a `b`\n  c") == "`a 'b' c`"
    assert len(literal("x" * 1000)) == 203
