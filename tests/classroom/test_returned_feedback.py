"""``cs231n return``: what changed goes back under the systems' names, once, and newer comments are never lost."""

import csv
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from classroom.demo_class import released_course
from classroom.test_grade import RIGHT, hand_in
from classroom.test_lms import CANVAS, archive, written
from nbgrader.api import Gradebook

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.errors import ClassroomError
from cs231n_lib.classroom.exchange.collect import collect
from cs231n_lib.classroom.exchange.feedback import FeedbackReturn
from cs231n_lib.classroom.exchange.lms import read_table
from cs231n_lib.classroom.exchange.originals import OriginalName, Originals

pytestmark = [
    pytest.mark.audit, pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")
]  # fmt: skip

LESSON = "01_demo"
STUDENTS = {"4711": "lovelaceada_LATE_4711_90210_", "4712": "hansenzoe_4712_90211_", "4713": "oharamia_4713_90212_"}


@pytest.fixture(scope="module")
def graded(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class collected from Canvas and graded, in which 4711 and 4712 have points for their reflection."""
    root = released_course(built, tmp_path_factory.mktemp("class") / "course")
    files = {}
    for student, prefix in STUDENTS.items():
        answer = "return 2 * x" if student == "4711" else "y = x * x\n    return y"
        files[f"{prefix}work.ipynb"] = hand_in(root, student, answer, RIGHT).read_bytes()
    folder = tmp_path_factory.mktemp("downloads")
    collect(root, LESSON, archive(folder / "s.zip", files), read_table(written(folder / "grades.csv", CANVAS)))
    assert main(["grade", LESSON, "--unsafe", "--root", str(root)]) == 0
    for student in ("4711", "4712"):
        give(root, student, 8)
    return root


def give(root: Path, student: str, points: float, comment: str = "") -> None:
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        mark = gradebook.find_grade("reflection", LESSON, LESSON, student)
        mark.manual_score, mark.needs_manual_grade = points, False
        gradebook.find_comment("reflection", LESSON, LESSON, student).manual_comment = comment or None
        gradebook.db.commit()


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(graded, tmp_path / "course")


def contents(path: Path | None) -> dict[str, str]:
    assert path
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def test_second_return_holds_only_what_changed(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["return", "1", "--root", str(course)]) == 1
    said = capsys.readouterr()
    assert "01_demo: 2 returned, 0 unchanged, 1 not returned" in said.out
    assert "4713 (Mia O'Hara): not returned: 50 of 90 automatic, 10 not graded by hand yet" in said.err.replace(
        "40", "50"
    )
    first = course / "returned" / "01_demo-canvas-1.zip"
    pages = contents(first)
    assert list(pages) == [f"{STUDENTS[student]}{LESSON}.html" for student in ("4711", "4712")]
    assert "98 of 100 points" in pages[f"{STUDENTS['4711']}{LESSON}.html"]  # with the points given after grading

    give(course, "4712", 8, "Say why $x$ is squared.")
    before = first.read_bytes()
    done = FeedbackReturn(course, LESSON).run()
    assert (done.returned, done.unchanged, done.updated) == (["4712"], ["4711"], ["4712"])
    assert done.replaced == ["4712"]
    assert first.read_bytes() == before
    (page,) = contents(done.path).values()
    assert re.search(r"Say why <math><mi>x</mi></math> is squared", page)

    assert FeedbackReturn(course, LESSON).run().path is None
    everything = FeedbackReturn(course, LESSON).run(everything=True, partly=True)
    assert everything.returned == ["4711", "4712", "4713"]
    assert everything.path == course / "returned" / "01_demo-canvas-3.zip"
    assert everything.replaced == []


def test_newer_page_warns_of_the_earlier_zip(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["return", "1", "--root", str(course)]
    main(command)
    assert "newer" not in capsys.readouterr().err
    give(course, "4711", 9, "Now with a reason.")
    main(command)
    told = capsys.readouterr().err
    assert "newer than those returned before: 1. Do not upload an earlier file after this one" in told
    assert len(list((course / "returned").iterdir())) == 2


def test_pages_for_a_mail_merge(course: Path) -> None:
    done = FeedbackReturn(course, LESSON, "folder").run()
    assert done.path
    with (done.path / "mail.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["email"], row["name"], row["points"]) for row in rows] == [
        ("4711", "ada@example.org", "Ada Lovelace", "98"), ("4712", "zoe@example.org", "Zoë Møller-Hansen", "58")
    ]  # fmt: skip
    assert all("points</strong>" in Path(row["file"]).read_text() for row in rows)


def test_moodle_finds_its_folders_again(course: Path) -> None:
    prefix = "Ada Lovelace_31_assignsubmission_file_/"
    (course / "grading" / f"{LESSON}.names.json").unlink()
    Originals(course, LESSON).add_names({"4711": OriginalName("moodle", prefix)})
    done = FeedbackReturn(course, LESSON).run()
    assert list(contents(done.path)) == [f"{prefix}{LESSON}.html"]
    assert "collected by an earlier release" in done.skipped["4712"]


def test_what_cannot_be_returned_is_named(course: Path) -> None:
    hand_in(course, "4711", "return x + x", RIGHT)
    done = FeedbackReturn(course, LESSON).run()
    assert done.skipped["4711"].startswith("the file, the extension or the release of the lesson has changed")
    assert done.returned == ["4712"]
    shutil.rmtree(course / "autograded" / "4712")
    assert "is missing. Grade the student again" in FeedbackReturn(course, LESSON).run(everything=True).skipped["4712"]
    names = Originals(course, LESSON)
    names.add_names({"4713": OriginalName("moodle", "Mia_33_assignsubmission_file_")})
    with pytest.raises(
        ClassroomError, match=r"collected from both Canvas and Moodle\. Choose one with --to: canvas, m"
    ):
        FeedbackReturn(course, LESSON)
    assert FeedbackReturn(course, LESSON, "canvas").run(partly=True).skipped["4713"] == "collected from Moodle"
    (course / "grading" / f"{LESSON}.names.json").unlink()
    with pytest.raises(ClassroomError, match=r"no names from Canvas or Moodle\. Run collect again with the same"):
        FeedbackReturn(course, LESSON)
    with pytest.raises(ClassroomError, match="no lesson 02_other"):
        FeedbackReturn(course, "02_other", "folder").run()


def test_student_who_left_gets_no_page(course: Path) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.remove_student("4712")
    done = FeedbackReturn(course, LESSON).run()
    assert done.returned == ["4711"]
    assert done.skipped["4712"].startswith("not graded: ")
