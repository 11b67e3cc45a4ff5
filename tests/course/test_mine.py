"""The student's own functions: whose is used when, and that none of them can stop or spoil what runs on it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lessons.battery import CHECKS, WRITTEN, answers

from cs231n_lib.checks import Exercise, Values, case, passed
from cs231n_lib.checks.evaluate.rows import draw
from cs231n_lib.course import mine
from cs231n_lib.course.answers import runs
from cs231n_lib.course.answers.runs import ExperimentRun, Origin
from cs231n_lib.course.plan import LESSONS
from cs231n_lib.course.student.definitions import needed
from cs231n_lib.course.student.notebook import parse
from cs231n_lib.lessons.optimization import checks
from cs231n_lib.lessons.preprocessing import checks as preprocessing

ROOT = Path(__file__).parents[2]
FIRST, LATER = LESSONS[0], LESSONS[1]
Function = Callable[..., Any]
ONE, TWO = np.array([1.0]), np.array([2.0])


def right(a, b):
    largest = np.maximum(np.abs(a), np.abs(b))
    return np.abs(a - b) / np.where(largest == 0, 1, largest)


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A student before a notebook of lesson 02, in a course of the released lessons 01 and 02."""
    for lesson in (FIRST, LATER):
        shutil.copytree(ROOT / "notebooks" / lesson.folder, tmp_path / lesson.folder)
    monkeypatch.chdir(tmp_path / LATER.folder)
    monkeypatch.setattr(mine, "has_live_front_end", lambda: True)
    monkeypatch.setattr(mine, "_seen_live", False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    yield tmp_path
    passed.forget()


def type_and_check(monkeypatch: pytest.MonkeyPatch, exercise: Exercise, function: Function) -> None:
    """Define the function in the notebook, then run its check."""
    monkeypatch.setitem(vars(sys.modules["__main__"]), exercise.name, function)
    exercise()


def save(course: Path, name: str, source: str, own: str = "") -> None:
    """Write an answer into the saved notebook of lesson 01, with a cell of the student's own before it."""
    path = course / FIRST.folder / f"{FIRST.folder}.ipynb"
    notebook = json.loads(path.read_text())
    for i, cell in enumerate(notebook["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name:
            cell["source"] = source
            added = {"cell_type": "code", "metadata": {}, "source": own, "outputs": [], "execution_count": None}
            notebook["cells"].insert(i, added)
            break
    path.write_text(json.dumps(notebook))


def test_all_functions_are_the_library_s_until_one_passes(live: Path) -> None:
    run = mine.run()
    assert run.affine_forward.origin.function is None
    assert run.says == "Running on the library's functions. `affine_forward` is the library's until yours passes."
    assert mine.affine_forward is CHECKS["backpropagation"]["affine_forward"].reference
    _ = run.affine_backward
    both = "`affine_forward` and `affine_backward` are the library's until yours pass."
    assert run.says == f"Running on the library's functions. {both}"


def test_passed_function_is_used_and_named_on_the_page(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    type_and_check(monkeypatch, checks.relative_error, right)
    assert mine.relative_error is right
    run = mine.run()
    assert run.relative_error(ONE, TWO) == 0.5
    _ = run.affine_forward
    assert run.says == "Running on **your** `relative_error`. `affine_forward` is the library's until yours passes."
    assert (run.yours, run.library) == (["relative_error"], ["affine_forward"])


def test_a_wrong_answer_is_not_used(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    type_and_check(monkeypatch, checks.relative_error, lambda a, b: np.abs(a - b) / np.maximum(a, b))
    assert mine.relative_error is checks.relative_error.reference


def test_cell_run_again_keeps_the_version_that_passed(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    type_and_check(monkeypatch, checks.relative_error, right)
    same = type(right)(right.__code__, right.__globals__)
    monkeypatch.setitem(vars(sys.modules["__main__"]), "relative_error", same)
    run = mine.run()
    assert run.relative_error(ONE, TWO) == 0.5
    assert "version" not in run.says
    monkeypatch.setitem(vars(sys.modules["__main__"]), "relative_error", lambda a, b: 7)
    run = mine.run()
    assert run.relative_error(ONE, TWO) == 0.5
    assert run.says.endswith(f"Your `relative_error` is {mine.CHANGED}.")


@pytest.mark.parametrize("variable", ["CS231N_STATIC", "NBGRADER_EXECUTION"])
def test_run_by_a_program_uses_the_library_s_functions(
    live: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    type_and_check(monkeypatch, checks.relative_error, right)
    monkeypatch.setenv(variable, "1")
    run = mine.run()
    assert run.relative_error.origin.function is None
    assert run.says == ""
    assert mine.relative_error is checks.relative_error.reference


def test_widget_callback_uses_the_student_s_function(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    type_and_check(monkeypatch, checks.relative_error, right)
    mine.run()  # in a cell
    monkeypatch.setattr(mine, "has_live_front_end", lambda: False)  # what a message from a slider finds
    assert mine.relative_error is right


def test_unknown_exercise_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"mine\.adamm: no exercise has this name"):
        _ = mine.adamm
    with pytest.raises(AttributeError, match="no exercise has this name"):
        _ = mine.run().adamm
    assert "adam" in dir(mine)


def test_a_function_of_a_loaded_lesson_loads_no_other_lesson() -> None:
    program = (
        "import sys\nfrom cs231n_lib.course import mine\nfrom cs231n_lib.lessons.training import checks\n"
        "before = set(sys.modules)\nassert mine.log_uniform.__name__ == 'log_uniform'\n"
        "assert set(sys.modules) == before, set(sys.modules) - before\nassert mine.adam.__name__ == 'adam'\n"
        "loaded = {f'cs231n_lib.lessons.{slug}.checks' for slug in ('update_rules', 'optimization', 'activations')}\n"
        "assert loaded & set(sys.modules) == {'cs231n_lib.lessons.update_rules.checks'}"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_no_exercise_has_a_name_of_the_module_or_of_a_run() -> None:
    assert not set(mine.exercises()) & (set(vars(mine)) | set(dir(ExperimentRun)))
    assert len(mine.exercises()) == sum(len(CHECKS[lesson.slug]) for lesson in WRITTEN)


# Saved notebooks of earlier lessons.

SAVED = "def relative_error(a, b):\n    return shared(a, b)"
HELPER = (
    "import numpy as np\nSMALL = 0\nraise RuntimeError('never run')\n"
    "def shared(a, b):\n    m = np.maximum(np.abs(a), np.abs(b))\n    return np.abs(a - b) / np.where(m == SMALL, 1, m)"
)


def test_earlier_answer_comes_from_its_saved_notebook(live: Path) -> None:
    save(live, "relative_error", SAVED, HELPER)
    run = mine.run()
    assert run.relative_error(ONE, TWO) == 0.5
    assert run.says == "Running on **your** `relative_error`."
    assert mine.relative_error.__code__.co_filename == "<01_optimization.ipynb: relative_error>"


def test_saved_notebooks_are_those_of_the_folder_that_is_given(live: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(live, elsewhere / "work")
    save(elsewhere / "work", "relative_error", SAVED, HELPER)
    for given in (elsewhere, elsewhere / "work", str(elsewhere / "work" / FIRST.folder)):
        assert "relative_error" in used().library
        try:
            mine.look_in(given)
            assert mine.folder() == elsewhere / "work"
            assert used().yours == ["relative_error"]
        finally:
            mine.look_in(None)
    with pytest.raises(FileNotFoundError, match=r"look_in: .*empty has no lessons. Pass the folder"):
        mine.look_in(tmp_path / "empty")
    assert mine.folder() == live


def used() -> ExperimentRun:
    run = mine.run()
    run.relative_error(ONE, TWO)
    return run


SENTENCES = {
    "not begun": (lambda course: None, "contains no answer to this exercise"),
    "wrong": (lambda course: save(course, "relative_error", "def relative_error(a, b):\n    return a - b"),
              "does not have full marks"),
    "damaged": (lambda course: (course / FIRST.folder / f"{FIRST.folder}.ipynb").write_text("{"), "cannot be read"),
    "renamed": (lambda course: (course / FIRST.folder / f"{FIRST.folder}.ipynb").rename(
                    course / FIRST.folder / "copy.ipynb"), "the folder has copy.ipynb, so rename your notebook to 01_"),
    "no folder": (lambda course: shutil.rmtree(course / FIRST.folder), "01_optimization.ipynb is missing"),
    "raises": (lambda course: save(course, "relative_error", SAVED, "shared = 1 / 0"), "does not have full marks"),
    "exits": (lambda course: save(course, "relative_error", SAVED, "import sys\nshared = sys.exit()"),
              "does not have full marks"),
    "not Python": (lambda course: save(course, "relative_error", "def relative_error(a"), "does not have full marks"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SENTENCES)
def test_notebook_without_a_right_answer_falls_back_to_library(live: Path, kind: str) -> None:
    change, sentence = SENTENCES[kind]
    change(live)
    run = mine.run()
    assert run.relative_error(ONE, TWO) == 0.5
    assert run.relative_error.origin.function is None
    assert run.says.startswith("Running on the library's functions. `relative_error` is the library's because ")
    assert sentence in run.says
    assert str(live) not in run.says


def test_a_saved_notebook_that_hangs_is_cut_off(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cs231n_lib.course.answers.saved.SECONDS", 0.2)
    save(live, "relative_error", SAVED, "import time\nshared = time.sleep(60)")
    began = time.perf_counter()
    assert mine.relative_error is checks.relative_error.reference
    assert time.perf_counter() - began < 30


def test_a_file_saved_again_is_read_again(live: Path) -> None:
    assert mine.relative_error is checks.relative_error.reference
    save(live, "relative_error", SAVED, HELPER)
    assert mine.relative_error is not checks.relative_error.reference


def test_the_running_lesson_s_answers_are_those_of_this_kernel(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(live, "relative_error", SAVED, HELPER)
    monkeypatch.setenv("JPY_SESSION_NAME", f"somewhere/{FIRST.folder}.ipynb")
    run = mine.run()
    _ = run.relative_error
    assert run.says.endswith("is the library's until yours passes.")


def test_only_what_the_answer_needs_is_run() -> None:
    cells = [
        "import numpy as np, os\nfrom math import *\nprint('no')\nw = np.zeros(3)",
        "n = 3\nn += 1\ndef helper():\n    return np.ones(n)",
        "def answer():\n    return helper()",
        "%matplotlib inline\ndef answer():\n    return 'a copy of the student\\'s own'",
    ]
    marks = {"nbgrader": {"grade_id": "answer", "solution": True, "grade": False}}
    document = [{"cell_type": "code", "source": s, "metadata": marks if i == 2 else {}} for i, s in enumerate(cells)]
    source = needed(parse(json.dumps({"cells": document}).encode()), "answer")
    assert [line for one in source for line in one.text.splitlines()] == [
        "import numpy as np, os", "n = 3", "n += 1", "def helper():", "    return np.ones(n)",
        "def answer():", "    return helper()",
    ]  # fmt: skip


# What a student's function may do in a run.


def run_of(function: Function, exercise: Exercise = checks.gradient_descent, seconds: float = 60.0) -> ExperimentRun:
    """A run in which this one is the student's, and what it calls as ``mine.NAME`` is the library's."""
    return ExperimentRun(
        lambda name: Origin(exercise, function) if name == exercise.name else Origin(mine.exercises()[name][0]), seconds
    )


def swallowing(*args):
    while True:
        try:
            time.sleep(0.05)
        except:  # noqa: E722  (it is what students write)
            continue


def raising(*args):
    raise ValueError("of *theirs*")


def exiting(gradient, w, lr, steps):
    sys.exit()


def printing(gradient, w, lr, steps):
    for _ in range(20_000):
        print("w", end="")
    return checks.gradient_descent.reference(gradient, w, lr, steps)


def another_shape(gradient, w, lr, steps):
    w, path = checks.gradient_descent.reference(gradient, w, lr, steps)
    return w, path[1:]


def nothing(gradient, w, lr, steps):
    checks.gradient_descent.reference(gradient, w, lr, steps)


def changing(gradient, w, lr, steps):
    found = checks.gradient_descent.reference(gradient, w, lr, steps)
    w += 1
    return found


def warning(gradient, w, lr, steps):
    np.log(np.zeros(1))
    return checks.gradient_descent.reference(gradient, w, lr, steps)


def recursing(gradient, w, lr, steps):
    return recursing(gradient, w, lr, steps)


class StubbornError(Exception):
    def __str__(self):
        raise RuntimeError


def raising_stubbornly(gradient, w, lr, steps):
    raise StubbornError


BAD = {
    raising: "because yours failed: it stopped with ValueError, `of *theirs*`.",
    exiting: "because yours failed: it called `exit()`.",
    printing: "because yours failed: it printed 20,000 characters, more than the limit of 10,000.",
    another_shape: "because yours failed: the result `path` has shape (5, 2), not (6, 2).",
    nothing: "because yours failed: it returns None. Is there a `return` at the end?",
    changing: "because yours failed: it changed its arguments.",
    recursing: "because yours failed: it stopped with RecursionError",
    raising_stubbornly: "because yours failed: it stopped with StubbornError.",
}


@pytest.mark.parametrize("function", BAD, ids=lambda function: function.__name__)
def test_a_bad_function_is_replaced_for_the_rest_of_the_run(function: Function, capsys: pytest.CaptureFixture) -> None:
    run, w = run_of(function), np.array([1.0, 2.0])
    for _ in range(2):
        end, path = run.gradient_descent(lambda w: 2 * w, w, 0.25, 5)
        np.testing.assert_array_equal(end, w / 32)
        assert path.shape == (6, 2)
    np.testing.assert_array_equal(w, [1, 2])
    assert "The library's `gradient_descent` took over, because yours failed: " in run.says
    assert BAD[function] in run.says
    assert run.says.startswith("Began on **your** `gradient_descent`.")
    assert (run.yours, run.library) == ([], ["gradient_descent"])
    assert capsys.readouterr() == ("", "")


def test_student_function_of_another_permitted_form_is_used() -> None:
    """A network of 7 units where the library's has 256, in another precision: the exercise leaves both open."""
    exercise, _ = mine.exercises()["fit"]
    run = ExperimentRun(
        lambda name: Origin(exercise, lambda x, y, new: (np.ones((len(new), 10), "f4"), np.ones((3, 7))))
    )
    _, w1 = run.fit(np.eye(3), np.arange(3), np.eye(3))
    assert w1.shape == (3, 7)
    assert run.says == "Running on **your** `fit`."


def test_warning_in_a_student_function_is_harmless(recwarn: pytest.WarningsRecorder) -> None:
    run = run_of(warning)
    run.gradient_descent(lambda w: 2 * w, np.ones(2), 0.25, 5)
    assert run.says == "Running on **your** `gradient_descent`."
    assert not recwarn.list


def test_hanging_function_is_cut_off_and_its_time_is_reported() -> None:
    run = run_of(swallowing, seconds=0.3)
    end, _ = run.gradient_descent(lambda w: 2 * w, np.ones(2), 0.25, 5)
    np.testing.assert_array_equal(end, np.full(2, 1 / 32))
    assert "took over at the time limit of 300 ms for a frame. Your `gradient_descent` had used" in run.says
    assert "and the library's takes" in run.says
    assert run.yours == []


def test_slowest_function_is_named_at_the_time_limit() -> None:
    exercises = {"gradient_descent": checks.gradient_descent, "relative_error": checks.relative_error}

    def slow(*args):
        time.sleep(0.15)
        return checks.gradient_descent.reference(*args)

    functions = {"gradient_descent": slow, "relative_error": right}
    run = ExperimentRun(lambda name: Origin(exercises[name], functions[name]), 1.0)
    for _ in range(12):
        run.gradient_descent(lambda w: 2 * w, np.ones(2), 0.25, 5)
        run.relative_error(ONE, TWO)
    assert "took over at the time limit of 1 s for a run. Your `gradient_descent` had used" in run.says


def test_call_after_the_time_limit_uses_the_library() -> None:
    run = run_of(right, checks.relative_error, seconds=0.0)
    assert run.relative_error(ONE, TWO) == 0.5
    assert run.yours == []


def test_finding_a_function_does_not_count_as_run_time() -> None:
    def slowly(name: str) -> Origin:
        time.sleep(0.4)
        return Origin(checks.relative_error, right)

    run = ExperimentRun(slowly, 0.3)
    run.relative_error(ONE, TWO)
    assert run.yours == ["relative_error"]


def test_each_frame_has_its_own_time(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    type_and_check(monkeypatch, checks.relative_error, right)
    run = mine.frames()
    for _ in range(3):
        run.begin()
        run.relative_error(ONE, TWO)
        time.sleep(1.5 * runs.FRAME_SECONDS)
    assert run.yours == ["relative_error"]
    run.relative_error(ONE, TWO)  # the frame's time is over
    assert "the time limit of 40 ms for a frame" in run.says


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows tells no alarm")
def test_stop_works_even_if_the_function_catches_it() -> None:
    run = run_of(swallowing)
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    before = signal.getsignal(signal.SIGINT)
    timer.start()
    began = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        run.gradient_descent(lambda w: 2 * w, np.ones(2), 0.25, 5)
    assert time.perf_counter() - began < 30
    assert signal.getsignal(signal.SIGINT) is before


def test_library_draws_the_same_after_a_failed_call() -> None:
    def drawing(n, batch_size, rng):
        rng.random(1000)
        raise ValueError

    run, rng = run_of(drawing, checks.minibatches), np.random.default_rng(3)
    expected = list(checks.minibatches.reference(10, 4, np.random.default_rng(3)))
    for found, batch in zip(run.minibatches(10, 4, rng), expected, strict=True):
        np.testing.assert_array_equal(found, batch)


def test_a_right_function_draws_once_from_the_generator_given() -> None:
    run = run_of(checks.minibatches.reference, checks.minibatches)
    rngs = [np.random.default_rng(3) for _ in range(2)]
    for _ in range(3):
        batches = list(run.minibatches(10, 4, rngs[0])), list(checks.minibatches.reference(10, 4, rngs[1]))
        for found, batch in zip(*batches, strict=True):
            np.testing.assert_array_equal(found, batch)
    assert run.yours == ["minibatches"]


def test_student_draws_advance_the_generator_unchanged() -> None:
    def sorting(n, batch_size, rng):
        order = rng.random(n).argsort()
        return (order[start : start + batch_size] for start in range(0, n, batch_size))

    run, rngs = run_of(sorting, checks.minibatches), [np.random.default_rng(3) for _ in range(2)]
    for _ in range(2):
        np.testing.assert_array_equal(np.hstack([*run.minibatches(10, 4, rngs[0])]), rngs[1].random(10).argsort())
    assert run.yours == ["minibatches"]


def test_result_compared_up_to_sign_is_passed_on_as_a_tuple() -> None:
    run, x = run_of(preprocessing.pca_fit.reference, preprocessing.pca_fit), np.random.default_rng(0).random((9, 3))
    np.testing.assert_array_equal(run.pca_fit(x)[2], preprocessing.pca_fit.reference(x)[2])
    assert run.yours == ["pca_fit"]


def test_nested_call_shares_time_limit_and_replacements(monkeypatch: pytest.MonkeyPatch) -> None:
    def outer(gradient, w, lr, steps):
        mine.relative_error(ONE, TWO)
        return checks.gradient_descent.reference(gradient, w, lr, steps)

    functions = {"gradient_descent": outer, "relative_error": swallowing}
    run = ExperimentRun(lambda name: Origin(getattr(checks, name), functions[name]), 0.3)
    run.gradient_descent(lambda w: 2 * w, np.ones(2), 0.25, 5)
    assert run.yours == []
    run = ExperimentRun(lambda name: Origin(getattr(checks, name), {**functions, "relative_error": raising}[name]))
    run.gradient_descent(lambda w: 2 * w, np.ones(2), 0.25, 5)
    assert run.yours == ["gradient_descent"]
    assert "The library's `relative_error` took over" in run.says


def test_nested_call_gets_no_copy_and_caller_keeps_its_arrays() -> None:
    seen: list[np.ndarray] = []

    def spoiling(a, b):
        seen.append(a)
        a[:] = 7
        return right(a, b)

    def outer(gradient, w, lr, steps):
        seen.append(w)
        mine.relative_error(w, TWO)
        return checks.gradient_descent.reference(gradient, w, lr, steps)

    functions = {"gradient_descent": outer, "relative_error": spoiling}
    run, w = ExperimentRun(lambda name: Origin(getattr(checks, name), functions[name])), np.ones(1)
    run.gradient_descent(lambda w: 2 * w, w, 0.25, 5)
    assert seen[0] is seen[1]
    assert w == 1
    assert "The library's `gradient_descent` took over, because yours failed: it changed its arguments." in run.says


def test_nested_call_keeps_the_outer_time_limit() -> None:
    def outer(*args):
        mine.relative_error(ONE, TWO)
        time.sleep(3)
        return checks.gradient_descent.reference(*args)

    functions = {"gradient_descent": outer, "relative_error": right}
    run = ExperimentRun(lambda name: Origin(getattr(checks, name), functions[name]), 0.3)
    run.gradient_descent(lambda w: 2 * w, np.ones(2), 0.25, 5)
    assert run.yours == []


def right_answers() -> Iterator[Any]:
    for lesson in WRITTEN:
        for name, functions in answers(lesson.slug, "ALTERNATIVES").items():
            yield pytest.param(CHECKS[lesson.slug][name], functions, id=name)


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "functions"), [*right_answers()])
def test_no_right_answer_is_replaced(exercise: Exercise, functions: list[Function]) -> None:
    cases = [one for row in draw(exercise, "231") for one in row.cases]
    for function in functions:
        run = run_of(function, exercise)
        for one in [*cases, *cases]:
            getattr(run, exercise.name)(*one.args, **one.kwargs)
        assert run.yours == [exercise.name] or not cases, (function.__name__, run.says)


@pytest.mark.audit
@pytest.mark.parametrize("name", ["relu_approximation", "sawtooth_network", "xor_weights"])
def test_no_right_answer_without_cases_is_replaced(name: str) -> None:
    exercise, lesson = mine.exercises()[name]
    assert exercise.form
    for function in answers(lesson.slug, "ALTERNATIVES")[name]:
        run = run_of(function, exercise)
        assert exercise(lambda *args, run=run: getattr(run, name)(*args)).passed
        assert run.yours == [name], (function.__name__, run.says)


IN_WHOLE_NUMBERS = {
    "xor_weights": lambda: (np.ones((2, 2), int), np.array([0, -1]), np.array([[1], [-2]]), np.zeros(1, int)),
    "sawtooth_network": lambda folds: (
        [np.ones((1, 2), int), *[np.array([[2, 2], [-4, -4]])] * (folds - 1), np.array([[2], [-4]])],
        [*[np.array([0, -0.5])] * folds, np.zeros(1, int)],
    ),
}


@pytest.mark.parametrize("name", IN_WHOLE_NUMBERS)
def test_integer_results_are_used_and_passed_on_as_floats(name: str) -> None:
    exercise, _ = mine.exercises()[name]
    assert exercise(IN_WHOLE_NUMBERS[name]).passed
    run = run_of(IN_WHOLE_NUMBERS[name], exercise)
    args = (3,) if name == "sawtooth_network" else ()
    expected, found = exercise.reference(*args), getattr(run, name)(*args)
    assert run.yours == [name], run.says
    if name == "sawtooth_network":
        (*expected, _), (*found, _) = expected[0], found[0]  # but for the last layer, which may be turned about
    for e, f in zip(expected, found, strict=True):
        assert (e.shape, e.dtype) == (f.shape, f.dtype)


def small_fit(x, y, new, lr=0.003, drop_prob=0.3, strength=1e-5, epochs=20, seed=3):
    means = np.array([x[y == k].mean(axis=0) for k in range(10)])
    return -((new[:, np.newaxis] - means) ** 2).sum(axis=2), means.T


def fit_run(function: Function) -> ExperimentRun:
    """A run of a `fit`, in which the library's does not train: it says that it took over."""
    exercise, _ = mine.exercises()["fit"]

    def taken_over(x, y, new, **settings):
        return np.zeros((len(new), 10)), np.zeros((x.shape[1], 256))

    return run_of(function, replace(exercise, name="fit", reference=taken_over))


X, Y = np.repeat(np.eye(10), 2, axis=0), np.repeat(np.arange(10), 2)


def test_fit_with_other_layer_widths_is_used() -> None:
    run = fit_run(small_fit)
    scores, w1 = run.fit(X, Y, np.eye(10), lr=0.01, epochs=1)
    np.testing.assert_array_equal(scores.argmax(axis=1), np.arange(10))
    assert (w1.shape, run.yours) == ((10, 10), ["fit"])


def test_fit_with_a_wrong_return_form_is_replaced() -> None:
    run = fit_run(lambda *args, **settings: small_fit(*args, **settings)[0])
    scores, _ = run.fit(X, Y, np.eye(10))
    assert not scores.any()
    expected = "its result does not have the required form: the answer is not a pair"
    assert expected in run.says


# Answers that build on answers.


def _half(x):
    return 0.5 * checks.relative_error.reference(x, 2 * x)


HALF = Exercise(
    _half, name="half", points=4, minutes=1, difficulty=1, builds_on=("relative_error",),
    forbidden=(checks.relative_error.reference,), mistakes=(),
    checks=(Values("Half of it", 2, lambda rng: [case("x", rng.uniform(1, 2, 3))]),),
)  # fmt: skip


def test_answer_may_call_library_versions_of_listed_functions(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []

    def spying(a, b):
        called.append(a)
        return right(a, b)

    type_and_check(monkeypatch, checks.relative_error, spying)
    called.clear()
    assert HALF(lambda x: 0.5 * mine.relative_error(x, 2 * x)).passed
    assert called == []
    assert mine.relative_error is spying


@pytest.mark.parametrize(
    "answer",
    [
        lambda x: 0.5 * mine.relative_error(x, 2 * x) + 0 * mine.least_squares_loss(x, np.eye(3), x)[0],
        lambda x: 0.5 * checks.relative_error.reference(x, 2 * x),
        _half,
    ],
    ids=["not listed", "the library's own", "the reference"],
)
def test_anything_else_counts_as_calling_the_library(answer: Function) -> None:
    result = HALF(answer)
    assert result.points == 0
    assert "calls the library's own function" in result.text()


def test_its_own_name_counts_as_calling_the_library() -> None:
    result = checks.relative_error(lambda a, b: mine.relative_error(a, b))
    assert result.points == 0
    assert "calls the library's own function" in result.text()


def test_prerequisites_come_from_the_same_or_earlier_lessons() -> None:
    order = [name for lesson in WRITTEN for name in CHECKS[lesson.slug]]
    where = {name: lesson.number for name, (_, lesson) in mine.exercises().items()}
    for name, (exercise, lesson) in mine.exercises().items():
        for earlier in exercise.builds_on:
            assert earlier in order, f"{name} builds on {earlier}, which is no exercise"
            assert earlier != name
            assert where[earlier] <= lesson.number, f"{name} builds on {earlier}, which comes later"


def test_model_answer_calls_prerequisites_through_mine() -> None:
    result = HALF(lambda x: 0.5 * mine.relative_error(x, 2 * x))
    assert "mine.relative_error" not in result.model_answer  # the reference calls it by another name
    calling = replace(HALF, builds_on=("reference",))
    assert "return 0.5 * mine.reference(x, 2 * x)" in calling.model_answer
