"""The change shown as a last resort: one small edit that passes on fresh cases, from the third failure on."""

import ast
import sys
import time

import numpy as np
import pytest
from checks.written import written

from cs231n_lib.checks import Exercise, Mistake, Result, Row, Values, case, passed
from cs231n_lib.checks.evaluate.rows import draw
from cs231n_lib.checks.exercise import PUBLIC_SEED
from cs231n_lib.checks.locate import change as search
from cs231n_lib.checks.locate.edited_text import SourceChange, change_between
from cs231n_lib.checks.report import describe_change
from cs231n_lib.lessons.update_rules import checks

MOMENTUM = """
def momentum(w, dw, v, lr, mu=0.9):
    # the velocity first
    v = mu*v + lr * dw
    return w + v, v
"""


def exercise_of(reference, *cases, **options):
    return Exercise(
        reference, 4, 1, 1, (Values("Values", 2, lambda rng: [case(f"{c}", *c) for c in cases]),), **options
    )


def found(source, exercise, seconds=5.0):
    return exercise.search_change(written(source, exercise.name), seconds)


@pytest.fixture
def notebook(monkeypatch):
    """Run a check as a notebook's cell does, after defining the function."""
    passed.forget()

    def run(source, check, **options):
        monkeypatch.setattr(sys.modules["__main__"], check.name, written(source, check.name), raising=False)
        return check(**options)

    yield run
    passed.forget()


def positives(x):
    """The entries above 0."""
    return [v for v in x if v > 0]


def mean(x):
    """The mean of a list, 0 for an empty one."""
    return sum(x) / len(x) if x else 0


def running(x):
    """The running sums."""
    total, sums = 0, []
    for v in x:
        total += v
        sums.append(total)
    return sums


def softplus(x):
    """log(1 + exp(x))."""
    return np.log1p(np.exp(x))


def largest(x):
    """Index of the largest entry."""
    return int(x.argmax())


def sums(x, w):
    """Sums of the squares and of the weights."""
    return np.sum(w**2), np.sum(w)


SUMS = exercise_of(sums, (np.ones((3, 2)), np.array([1.0, 4.0])), (np.ones((5, 2)), np.array([-2.0, 7.0])))
LARGEST = exercise_of(largest, (np.array([1.0, -4.0, 2.0]),), (np.array([-3.0, -1.0, 0.5]),))
POSITIVES = exercise_of(positives, ([1, -2, 0, 3],), ([0, 5],))
MEAN = exercise_of(mean, ([1, 2, 9],), ([],))
RUNNING = exercise_of(running, ([1, 2, 4],), ([3, -1],))


def test_comparison_is_replaced_in_the_students_text() -> None:
    source = "\ndef positives(x):\n    return [ v for v in x if v>=0 ]  # all\n"
    change = found(source, POSITIVES).change
    assert change == SourceChange(
        3, ("return [ v for v in x if v>=0 ]  # all",), ("return [ v for v in x if v>0 ]  # all",)
    )
    assert describe_change(change) == "Line 3: replace `>=` with `>`"


def test_guard_for_an_empty_list_is_added() -> None:
    change = found("\ndef mean(x):\n    return sum(x) / len(x)\n", MEAN).change
    assert change == SourceChange(3, (), ("if len(x) == 0:", "    return 0"))
    assert describe_change(change) == "Above line 3: add"


def test_missing_tiny_number_is_added() -> None:
    source = """
def adagrad(w, dw, cache, lr, eps=1e-8):
    cache = cache + dw**2
    return w - lr * dw / np.sqrt(cache), cache
"""
    change = checks.adagrad.search_change(written(source, "adagrad"), 8.0).change
    assert change is not None
    assert change.after == ("return w - lr * dw / (np.sqrt(cache) + eps), cache",)


def test_missing_last_return_is_added() -> None:
    source = (
        "\ndef running(x):\n    total, sums = 0, []\n    for v in x:\n        total += v\n        sums.append(total)\n"
    )
    assert found(source, RUNNING).change == SourceChange(7, (), ("return sums",))


def test_statement_is_moved_out_of_a_loop() -> None:
    source = """
def running(x):
    sums = []
    for v in x:
        total = 0
        total += v
        sums.append(total)
    return sums
"""
    change = found(source, RUNNING).change
    assert change == SourceChange(4, ("for v in x:", "    total = 0"), ("total = 0", "for v in x:"))


def accidental(x, n):
    """A sum."""
    return x + n


ACCIDENTAL = Exercise(
    accidental, 4, 1, 1, (Values("A sum", 2, lambda rng: [case("n", rng.normal(size=3), int(rng.integers(9, 10**6)))]),)
)


@pytest.mark.parametrize("seeds", [search.FRESH_SEEDS, ()])
def test_edit_that_suits_only_the_drawn_case_is_not_shown(monkeypatch, seeds) -> None:
    drawn = draw(ACCIDENTAL, PUBLIC_SEED)[-1].cases[0].args[1]
    monkeypatch.setattr(search, "FRESH_SEEDS", seeds)
    change = found(f"\ndef accidental(x, n):\n    return x + {drawn - 1}\n", ACCIDENTAL).change
    assert change == (None if seeds else SourceChange(3, (f"return x + {drawn - 1}",), (f"return x + {drawn}",)))


@pytest.mark.parametrize("founded", [True, False])
def test_edit_to_a_value_unlike_the_solution_is_not_shown(monkeypatch, founded) -> None:
    """Two sums divided by ``n`` are not mended by an ``n`` that is 1."""
    source = "\ndef sums(x, w):\n    n = x.shape[0]\n    return np.sum(w**2) / n, np.sum(w) / n\n"
    if not founded:
        monkeypatch.setattr(search._Trial, "_is_founded", lambda *arguments: True)
    change = found(source, SUMS).change
    assert (change is None) is founded


def test_edit_that_switches_a_branch_off_is_not_shown() -> None:
    source = "\ndef largest(x):\n    if len(x) > 1:\n        x = x[::-1]\n    return int(x.argmax())\n"
    change = found(source, LARGEST).change
    assert change is None or change.before != ("if len(x) > 1:",)


def test_third_failure_with_the_same_fault_offers_the_change(notebook) -> None:
    reports = [notebook(MOMENTUM, checks.momentum) for _ in range(3)]
    assert [bool(report.change) for report in reports] == [False, False, True]
    assert [report.points for report in reports] == [0, 0, 0]
    html = reports[2]._repr_html_()
    assert html.index("Show where") < html.index("<summary") + html.index("Show the change")
    assert "Show the change" not in reports[1]._repr_html_()


def test_plain_text_names_the_call_and_not_the_answer(notebook) -> None:
    for _ in range(3):
        report = notebook(MOMENTUM, checks.momentum)
    assert "run `checks.momentum.change()`" in report.text()
    assert "v = mu*v - lr * dw" not in report.text()
    assert "+ v = mu*v - lr * dw" in checks.momentum.change().text()


def test_change_is_refused_before_the_third_failure(notebook) -> None:
    notebook(MOMENTUM, checks.momentum)
    told = checks.momentum.change()
    assert told.too_early
    assert "three failed checks" in repr(told) + told._repr_html_()


def test_another_fault_starts_the_count_again(notebook) -> None:
    other = MOMENTUM.replace("+ lr", "- lr").replace("w + v, v", "v, w + v")
    for source in (MOMENTUM, MOMENTUM, other, other):
        assert notebook(source, checks.momentum).change is None
    assert notebook(other, checks.momentum).change


def test_right_answer_resets_the_count(notebook) -> None:
    for source in (MOMENTUM, MOMENTUM, MOMENTUM.replace("+ lr", "- lr"), MOMENTUM):
        assert notebook(source, checks.momentum).change is None


def test_same_named_mistake_is_the_same_fault_in_other_rows(notebook) -> None:
    for title in ("first", "second"):
        rows = [(title, True), (title + " more", False)]
        result = Result("e", 0, 1, tuple(report_row(*row) for row in rows), (("a mistake", "text"),))
        count = passed.count_failure("e", result)
    assert count == 2


def report_row(title, right):
    return Row(title, right, 1, float(right))


@pytest.mark.parametrize("option", ["change", "where"])
def test_class_can_switch_the_change_off(notebook, option) -> None:
    for _ in range(4):
        report = notebook(MOMENTUM, checks.momentum, **{option: False})
    assert "Show the change" not in report._repr_html_()
    assert checks.momentum.change().too_early


@pytest.mark.parametrize("run", ["autograde", "validate"])
def test_runs_of_nbgrader_never_offer_the_change(notebook, monkeypatch, run) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", run)
    for _ in range(4):
        report = notebook(MOMENTUM, checks.momentum)
    assert not report.change_call


def test_search_ends_with_endless_loops_and_prints_nothing(capsys) -> None:
    source = """
def running(x):
    print("noise")
    i, sums = 0, []
    while i < len(x):
        i += 1
        sums.append(x[i - 1] * 7 + i * i)
    return sums
"""
    start = time.process_time()
    assert not found(source, RUNNING, 1.0).change
    assert time.process_time() - start < 6
    assert capsys.readouterr() == ("", "")


def test_long_search_is_offered_as_a_call(notebook, monkeypatch) -> None:
    monkeypatch.setattr("cs231n_lib.checks.exercise.FIRST_CPU_SECONDS", 0.001)
    for _ in range(3):
        report = notebook(MOMENTUM, checks.momentum)
    assert report.change is None
    assert "checks.momentum.change()" in report._repr_html_()
    assert checks.momentum.change().change


def test_stop_ends_the_search(notebook, monkeypatch) -> None:
    for _ in range(3):
        notebook(MOMENTUM, checks.momentum)

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(Exercise, "search_change", interrupt)
    assert checks.momentum.change().stopped


def test_answer_that_writes_files_is_never_edited(tmp_path) -> None:
    log = str(tmp_path / "log")
    source = f"""
def positives(x):
    open({log!r}, "a").write("x")
    return [v for v in x if v >= 0]
"""
    assert found(source, POSITIVES) == search.ChangeSearch()


def test_library_function_is_no_change() -> None:
    exercise = exercise_of(softplus, (np.array([1.0, 2.0]),), mistakes=(Mistake("none", lambda x: x, "Text."),))
    function = written("\ndef softplus(x):\n    return helper(x) * 2\n", "softplus")
    function.__globals__["helper"] = softplus
    assert exercise.search_change(function, 2.0).change is None


def test_change_covers_all_edited_lines() -> None:
    change = change_between(["a", "  b", "  c", "d"], ["a", "  c", "  b", "d"])
    assert ast.literal_eval(repr((change.line, change.before, change.after))) == (2, ("b", "c"), ("c", "b"))
