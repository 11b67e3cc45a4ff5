"""Broken and hostile submissions, each between two right ones: no other student loses a point, and nothing is won.

Each test prints a line for each kind: what it got, and what the two beside it got.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
import pytest
from classroom.corpora import (
    ALL,
    ATTACKS,
    BORROWED,
    CELLS,
    DOUBLE,
    FILES,
    FORGED_FILES,
    FUNCTIONS,
    HONEST,
    MEAN,
    NOTEBOOKS,
    PROTOCOL,
    RIGHT,
    TAKES,
    UNREADABLE,
    WRONG,
    Answers,
    Change,
)
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from cs231n_lib.classroom.grading.grade import Grading
from cs231n_lib.classroom.grading.judge import SEED_VARIABLE
from cs231n_lib.classroom.nbgrader_course import nbgrader_api

pytestmark = [
    pytest.mark.audit,
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]

LESSON = "01_demo"
STUB = "    # Your code goes here, in place of the next line.\n    raise NotImplementedError"


def hand_in(root: Path, student: str, answers: Answers, before: str = "", change: Change | None = None) -> Path:
    notebook = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.id in answers:
            cell.source = cell.source.replace(STUB, f"    {answers[cell.id]}")
    if before:
        notebook.cells.insert(2, new_code_cell(before.replace("ROOT", str(root)).replace("SEED", SEED_VARIABLE)))
    if change:
        change(notebook)
    path = root / "submitted" / student / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))  # as it is: nbformat would refuse some
    return path


@pytest.fixture
def course(built: Path, tmp_path: Path) -> Path:
    root = tmp_path / "course"
    shutil.copytree(built, root)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write('\nc.JudgeChecks.home = "course_lessons"\nc.Execute.timeout = 40\n')
        config.write("c.JudgeChecks.own_seconds = 5.0\n")
    assert nbgrader_api(root, root / "gradebook.db").generate_assignment(LESSON)["success"]
    return root


def graded(root: Path, kinds: Mapping[str, Callable[[str], Path]]) -> dict[str, float | str]:
    """Grade a class in which each kind is between two right submissions, which must get all; points or why not."""
    for number, hand in enumerate(kinds.values()):
        hand_in(root, f"{number:02d}-a-right", RIGHT)
        hand(f"{number:02d}-b-kind")
    hand_in(root, f"{len(kinds):02d}-a-right", RIGHT)
    run = Grading(root, LESSON).run()
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        scores = {str(s.student.id): float(s.score) for s in gradebook.assignment_submissions(LESSON)}
    got: dict[str, float | str] = {}
    for number, kind in enumerate(kinds):
        got[kind] = run.failed.get(f"{number:02d}-b-kind") or scores[f"{number:02d}-b-kind"]
        beside = [scores.get(f"{number + more:02d}-a-right") for more in (0, 1)]
        print(f"{kind:34} {got[kind]!s:34} beside it {beside}")
    assert {s: score for s, score in scores.items() if s.endswith("right")} == {
        f"{number:02d}-a-right": ALL for number in range(len(kinds) + 1)
    }
    return got


def test_cells_that_break_or_attack_the_grader_cost_nothing(course: Path) -> None:
    kinds = {kind: lambda s, code=code: hand_in(course, s, RIGHT, code) for kind, code in CELLS.items()}
    got = graded(course, kinds)
    assert {kind for kind, points in got.items() if points != ALL} == set()


def test_cells_cannot_take_what_is_not_theirs(course: Path) -> None:
    """The answers after such a cell are right unless it got what it wanted."""
    after = {name: f"assert 'got' not in globals(); {code}" for name, code in RIGHT.items()}
    kinds = {
        kind: lambda s, code=code: hand_in(course, s, after, f"{code}\ngot = True") for kind, code in TAKES.items()
    }
    assert graded(course, kinds) == dict.fromkeys(TAKES, ALL)


def test_failing_function_costs_only_its_own_points(course: Path) -> None:
    kinds = {
        kind: lambda s, code=code: hand_in(course, s, {**RIGHT, "double": code}) for kind, code in FUNCTIONS.items()
    }
    prints = {**RIGHT, "double": "print('x' * 10**6); return 2 * x"}
    kinds["prints in a function"] = lambda s: hand_in(course, s, prints)
    got = graded(course, kinds)
    assert got == dict.fromkeys(FUNCTIONS, MEAN) | {"prints in a function": ALL}


def test_files_changed_by_other_programs_keep_full_points(course: Path) -> None:
    def written(student: str, encode: Callable[[str], bytes]) -> Path:
        path = hand_in(course, student, RIGHT)
        path.write_bytes(encode(path.read_text()))
        return path

    def another(student: str, put: Callable[[Path], object]) -> Path:
        path = hand_in(course, student, RIGHT)
        path.unlink()
        put(path)
        return path

    def at_a_time(student: str, time: str) -> Path:
        path = hand_in(course, student, RIGHT)
        path.with_name("timestamp.txt").write_text(time)
        return path

    kinds: dict[str, Callable[[str], Path]] = {
        kind: lambda s, change=change: hand_in(course, s, RIGHT, change=change) for kind, change in NOTEBOOKS.items()
    }
    kinds |= {kind: lambda s, encode=encode: written(s, encode) for kind, encode in FILES.items()}
    kinds["another name"] = lambda s: hand_in(course, s, RIGHT).rename(
        course / "submitted" / s / LESSON / f"{LESSON} (1).ipynb"
    )
    places: dict[str, Callable[[Path], object]] = {
        "a link": lambda path: path.symlink_to("/etc/passwd"), "a folder": Path.mkdir, "a pipe": os.mkfifo
    }  # fmt: skip
    kinds |= {kind: lambda s, put=put: another(s, put) for kind, put in places.items()}
    kinds |= {kind: lambda s, encode=encode: written(s, encode) for kind, (encode, _) in UNREADABLE.items()}
    times = {"no time": "soon", "a time of 10 MB": "2" * 10**7, "a time without end": "99999-01-01 00:00:00 UTC"}
    kinds |= {kind: lambda s, time=time: at_a_time(s, time) for kind, time in times.items()}
    expected = dict.fromkeys(kinds, ALL) | {kind: why for kind, (_, why) in UNREADABLE.items()}
    expected |= dict.fromkeys(
        times, "timestamp.txt contains no time. Write one such as 2027-02-03 12:00:00 UTC, or delete the file"
    )
    expected |= dict.fromkeys(places, f"there is no notebook in {LESSON}")
    assert graded(course, kinds) == expected


def attempts(course: Path, attacks: Mapping[str, tuple[str, Answers]]) -> dict[str, Callable[[str], Path]]:
    return {
        kind: lambda s, before=before, answers=answers: hand_in(course, s, answers, before)
        for kind, (before, answers) in attacks.items()
    }


def test_attacks_with_wrong_answers_gain_nothing(course: Path) -> None:
    kinds = attempts(course, ATTACKS)
    kinds |= {
        kind: lambda s, change=change: hand_in(course, s, WRONG, change=change) for kind, change in FORGED_FILES.items()
    }
    assert graded(course, kinds) == dict.fromkeys(kinds, 0.0)


def test_attacks_on_the_protocol_gain_nothing(course: Path) -> None:
    kinds = attempts(course, {**PROTOCOL, "an honest process": HONEST})
    assert graded(course, kinds) == dict.fromkeys(PROTOCOL, 0.0) | {"an honest process": DOUBLE}
    assert not (course / "pwned").exists()
    pages = [path.read_text() for path in (course / "feedback").rglob("*.html")]
    assert pages
    assert not any("<script>alert(1)" in page for page in pages)


def test_borrowed_solutions_earn_at_most_full_points(course: Path) -> None:
    """As the documents say; it is no tampering, and gains no more than the copy would."""
    got = graded(course, attempts(course, BORROWED))
    assert got["27 the public seed, played back"] == 0
    assert got["43 the body copied"] == ALL
    assert all(isinstance(points, float) and points <= ALL for points in got.values())
