"""Pairs that are closer than the class explains: canonical forms, the class's own threshold, and the page."""

import csv
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from classroom.corpora import CELLS

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.report.similar.canonical import pieces
from cs231n_lib.classroom.report.similar.compare import (
    MIN_STUDENTS,
    ComparedClass,
    closest_pairs,
    compare,
    proportions,
    rarity,
    threshold_of,
)
from cs231n_lib.classroom.report.similar.evidence import Evidences
from cs231n_lib.classroom.report.similar.work import MAX_CHARACTERS, Code, Work

sys.path.append(str(Path(__file__).parents[2]))
from benchmarks.made_up_class import Student, collected, habits, hand_in, made_up, make_course, styled
from benchmarks.similar import class_with_copies, outcome

ROOT = Path(__file__).parents[2]
LESSON = "03_activations"
SIZE = 24
COPIED = 12
NAME = f"s{COPIED:04d}"


def function(body: str) -> str:
    return "def f(x, w):\n" + "".join(f"    {line}\n" for line in body.splitlines())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("total = x @ w\nreturn total + 1", "s = np.dot(x, w)\nreturn 1 + s"),
        ("return np.sum(x**2, axis=0)", "squares = np.square(x)\nreturn squares.sum(0)"),
        ("return 0.5 * x", "return x / 2.0"),
        ("return x[:, None] * w", "return w * x[:, np.newaxis]"),
        ("return x > w", "return np.less(w, x)"),
        ("y = x.copy()\ny += w\nreturn y", "z = np.array(x)\nz = z + w\nreturn z"),
        ("n = len(x)\nreturn x / n", "rows = x.shape[0]\nprint(rows)\nreturn x / x.shape[0]"),
        ("a, b = x.T, w.T\nreturn a @ b", "return x.T.dot(w.T)"),
        ("return x - w", "return np.subtract(x, w)"),
        ("return np.maximum(0, x)", "return np.maximum(x, 0.0)"),
    ],
)
def test_spellings_of_a_computation_are_alike(one: str, other: str) -> None:
    first, second = (set(pieces(function(body))) for body in (one, other))
    assert len(first & second) >= 0.6 * len(first | second)
    assert {key for key, _ in list(pieces(function(one)).items())} & second


@pytest.mark.parametrize(
    ("one", "other"),
    [("return x - w", "return w - x"), ("return x / w", "return w / x"), ("return x > w", "return x >= w")],
)
def test_different_computations_differ(one: str, other: str) -> None:
    assert pieces(function(one)).keys() != pieces(function(other)).keys()


HOSTILE = {
    "parentheses": "(" * 5000 + ")" * 5000,
    "lists": "x = " + "[" * 3000 + "]" * 3000,
    "a deep list": "x = " + "[" * 190 + "-" * 900 + "1" + "]" * 190,
    "a null byte": "x = 1\0",
    "a long sum": "x = " + " + ".join("1" * 3000),
    "a long name": "x" * (MAX_CHARACTERS + 1),
    "a lone surrogate": "x = '\ud800'",
    "an open text": "x = '''",
    "an escape and a comparison": "x = '\\d' is '\\w'",
    "tabs": "if x:\n\ty\n        z",
}


@pytest.mark.parametrize("source", [*HOSTILE.values(), *CELLS.values()], ids=[*HOSTILE, *CELLS])
def test_hostile_code_is_only_parsed(source: str) -> None:
    code = Code(source)
    assert isinstance(code.problem, str)
    assert len(code.tokens) <= MAX_CHARACTERS
    assert code.names is not None
    assert code.comments is not None


@pytest.mark.parametrize("kind", ["a deep list", "a long sum", "a long name"])
def test_unreadable_code_is_reported(kind: str) -> None:
    (note,) = Work("ada", {"relu": Code(HOSTILE[kind])}).problems()
    assert note.startswith("relu could not be compared by structure (")


def test_warnings_of_the_parser_are_ignored() -> None:
    assert Code("x = '\\d' is y").pieces


def test_code_that_does_not_parse_is_compared_by_tokens() -> None:
    code = Code("def f(x)\n    return x  # Not  sure\n")
    assert (code.problem, code.pieces) == ("", {})
    assert code.tokens[:3] == ("def", "f", "(")
    assert code.comments == ("not sure",)


def test_proportions_count_classmates_at_least_as_close() -> None:
    alike = np.array([[1, 0.9, 0.5, 0.5], [0.9, 1, 0.1, 0], [0.5, 0.1, 1, 0.2], [0.5, 0, 0.2, 1]])
    expected = np.array([[1, 1, 3, 3], [1, 3, 2, 3], [1, 3, 3, 2], [1, 3, 2, 3]]) / 3
    off_diagonal = ~np.eye(4, dtype=bool)
    np.testing.assert_allclose(proportions(alike)[off_diagonal], expected[off_diagonal])


def test_common_and_unique_features_carry_no_weight() -> None:
    features = [{"common", "shared"}, {"common", "shared"}, {"common", "one"}, {"common"}, {"published"}, {"published"}]
    assert rarity(features, {"published"}) == {"shared": pytest.approx(np.log(3))}


@pytest.mark.parametrize("students", [20, 200])
def test_threshold_lists_few_independent_students(students: int) -> None:
    rng = np.random.default_rng(231)
    listed = 0
    for _ in range(60):
        scores = np.triu(rng.gamma(6, 1, (students, students)), 1)
        scores += scores.T
        listed += int((scores >= threshold_of(scores).listed_from).any(axis=1).sum())
    assert listed <= 0.01 * 60 * students


@pytest.mark.parametrize("students", [20, 200])
def test_threshold_lists_a_pair_far_above_the_class(students: int) -> None:
    rng = np.random.default_rng(231)
    scores = np.triu(rng.gamma(6, 1, (students, students)), 1)
    scores[0, 1] = 40
    scores += scores.T
    assert np.argwhere(np.triu(scores >= threshold_of(scores).listed_from)).tolist() == [[0, 1]]


@pytest.fixture(scope="module")
def students() -> list[Student]:
    return made_up(LESSON, SIZE)


def renamed(student: Student, name: str) -> Student:
    """A copy with the habits of somebody else."""
    rng = random.Random(name)
    other = replace(habits(rng), names="other", comments=0.2)
    return Student(name, {exercise: styled(text, other, rng) for exercise, text in student.answers.items()})


def work(student: Student) -> Work:
    codes = {name: Code(text) for name, text in student.answers.items()}
    return Work(student.id, codes, Code("\n\n".join(student.own)))


def compared(students: Sequence[Student], *, published: bool = True) -> ComparedClass:
    known = {name: [Code(right[0])] for name, (right, _) in collected(LESSON).items()} if published else {}
    return compare([work(student) for student in students], known, lambda: None)


def listed(students: Sequence[Student]) -> list[set[str]]:
    result = compared(students)
    return [{result.works[pair.first].student, result.works[pair.second].student} for pair in result.pairs]


def test_renamed_copy_is_listed(students: list[Student]) -> None:
    assert listed([*students, renamed(students[COPIED], "copy")]) == [{NAME, "copy"}]


def test_independent_students_are_not_listed(students: list[Student]) -> None:
    assert listed(students) == []


def test_identical_submissions_of_the_whole_class_are_not_listed(students: list[Student]) -> None:
    assert listed([replace(students[0], id=f"s{i}") for i in range(SIZE)]) == []


def test_single_part_never_makes_a_pair() -> None:
    rng = np.random.default_rng(231)
    parts = {name: np.triu(rng.gamma(2, 1, (40, 40)), 1) for name in ("relu", "gelu", "maxout")}
    parts = {name: scores + scores.T for name, scores in parts.items()}
    for scores, score in zip(parts.values(), (40, 0, 0), strict=True):
        scores[0, 1] = scores[1, 0] = score
    assert closest_pairs(parts)[1] == []
    for scores, score in zip(parts.values(), (20, 20, 0), strict=True):
        scores[0, 1] = scores[1, 0] = score
    assert [(pair.first, pair.second) for pair in closest_pairs(parts)[1]] == [(0, 1)]


def test_published_solutions_carry_no_weight(students: list[Student]) -> None:
    solution = {name: right[0] for name, (right, _) in collected(LESSON).items()}
    both = [Student("one", dict(solution)), Student("two", dict(solution))]
    assert listed([*students, *both]) == []
    # If nothing were published, the two would be listed, and perhaps others who wrote the published solution.
    result = compared([*students, *both], published=False)
    assert (SIZE, SIZE + 1) in [(pair.first, pair.second) for pair in result.pairs]


def test_marked_lines_are_shared_by_few(students: list[Student]) -> None:
    every = [*students, renamed(students[COPIED], "copy")]
    result = compared(every)
    evidence = Evidences(result, {}).of(result.pairs[0])
    marked = [line for code in evidence.codes for line in code.first if line.students]
    assert marked
    assert all(2 <= line.students <= max(2, len(every) // 10) for line in marked)
    assert all(0 <= code.alike <= 1 for code in evidence.codes)


# The command --------------------------------------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path, LESSON)


@pytest.fixture
def handed_in(course: Path, students: list[Student]) -> Iterator[Path]:
    ran = course / "ran"
    own = [f"# <script>alert(1)</script>\nopen({str(ran)!r}, 'w')"]
    original = replace(students[COPIED], own=own)
    copy = replace(renamed(original, "copy"), own=own)
    for student in [*students[:COPIED], original, *students[COPIED + 1 :], copy]:
        hand_in(course, LESSON, student)
    two = course / "submitted" / "two" / LESSON
    two.mkdir(parents=True)
    hand_in(course, LESSON, Student("damaged")).write_text('{"cells": [')
    hand_in(course, LESSON, Student("pdf")).rename(course / "submitted" / "pdf" / LESSON / "answer.pdf")
    for name in ("first.ipynb", "second.ipynb"):
        shutil.copy(course / "submitted" / "copy" / LESSON / f"{LESSON}.ipynb", two / name)
    hand_in(course, LESSON, Student("deep", {"gelu": HOSTILE["a deep list"]}))
    yield course
    assert not ran.exists()


def test_command_writes_a_page_and_a_table(handed_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["similar", "3", "--root", str(handed_in)]) == 0
    said = capsys.readouterr()
    assert "deep: gelu could not be compared by structure (it is nested too deeply). The rest was compared" in said.err
    assert f"{LESSON}: {SIZE + 2} submissions compared, 1 pair to look at in" in said.out
    assert "damaged: not compared: the file ends in the middle" in said.err
    assert "two: not compared: there are several notebooks in 03_activations" in said.err
    assert "pdf: not compared: there is no notebook" in said.err
    page = (handed_in / "similar" / f"{LESSON}.html").read_text()
    assert f"{NAME} and copy" in page or f"copy and {NAME}" in page
    assert "it accuses nobody" in page
    assert "damaged: not compared" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page
    rows = list(csv.DictReader((handed_in / "similar" / f"{LESSON}.csv").read_text().splitlines()))
    assert [{row["first"], row["second"]} for row in rows] == [{NAME, "copy"}]
    assert sorted(path.name for path in handed_in.iterdir()) == sorted(
        ["nbgrader_config.py", "notebooks", "similar", "solutions", "submitted"]
    )


def test_small_class_gets_one_sentence(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["similar", "3", "--root", str(course)]) == 1
    assert capsys.readouterr().err == f"Nobody has handed in {LESSON}, so there is nothing to compare\n"
    for student in made_up(LESSON, 2):
        hand_in(course, LESSON, student)
    assert main(["similar", "3", "--root", str(course)]) == 1
    assert capsys.readouterr().err == (
        f"{LESSON} has 2 submissions, but at least {MIN_STUDENTS} are needed to tell what is rare in a class\n"
    )
    assert not (course / "similar").exists()


@pytest.mark.parametrize(
    ("lesson", "sentence"),
    [
        ("0", "00_primer is optional and has no submissions. Pass another lesson."),
        ("4", "04_architecture is not released. Run: nbgrader generate_assignment 04_architecture"),
    ],
)
def test_other_lessons_get_one_sentence(
    course: Path, lesson: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["similar", lesson, "--root", str(course)]) == 1
    assert capsys.readouterr().err == f"{sentence}\n"


@pytest.mark.slow
@pytest.mark.audit
@pytest.mark.seeds
def test_disguised_copies_are_found_in_a_large_class() -> None:
    result = outcome("01_optimization", *class_with_copies("01_optimization"))
    assert result.found >= 0.9 * result.copies
    assert result.other_students <= 0.01 * result.others


@pytest.mark.slow
@pytest.mark.audit
def test_most_renamed_copies_are_found_in_small_classes() -> None:
    found, accused = 0, set()
    for seed in range(1, 21):
        students = made_up(LESSON, SIZE, seed)
        for student in students[3::8]:
            pairs, copy = listed([*students, renamed(student, "copy")]), {student.id, "copy"}
            found += copy in pairs
            accused |= {seed} if any(pair != copy for pair in pairs) else set()
    assert found >= 51  # of 60
    assert len(accused) <= 5  # of 20
