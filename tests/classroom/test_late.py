"""Due dates, lateness, extensions and second attempts, through the real gradebook and nbgrader's plug-in."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from classroom.test_grade import RIGHT, hand_in
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from traitlets.config import Config

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.errors import ClassroomError
from cs231n_lib.classroom.grading.grade import count_ungraded_answers
from cs231n_lib.classroom.late import DAY, HOUR, LatePolicy, PerDay, extend, update_penalties
from cs231n_lib.classroom.late.policy import Lateness
from cs231n_lib.classroom.late.rules import StudentRules, read_student_rules
from cs231n_lib.classroom.nbgrader_course import nbgrader_api, read_config
from cs231n_lib.classroom.report.grades import late_penalties

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")

LESSON = "01_demo"
DUE = datetime(2027, 2, 1, 18, tzinfo=UTC)
WRONG = "return 0.0"


def attempt(root: Path, student: str, after: timedelta, double: str = "return 2 * x", mean: str = RIGHT) -> Path:
    """Hand in so long after the due date."""
    path = hand_in(root, student, double, mean)
    path.with_name("timestamp.txt").write_text(f"{DUE + after:%Y-%m-%d %H:%M:%S} UTC")
    return path


def grade(root: Path, code: int = 0) -> None:
    assert main(["grade", LESSON, "--root", str(root)]) == code


def marks(root: Path) -> dict[str, tuple[float, float]]:
    """Points and penalty by student."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        found = gradebook.assignment_submissions(LESSON)
        return {str(s.student.id): (float(s.score), float(s.late_submission_penalty or 0)) for s in found}


def give(root: Path, student: str, points: float) -> None:
    """Mark the reflection by hand."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        mark = gradebook.find_grade("reflection", LESSON, LESSON, student)
        mark.manual_score, mark.needs_manual_grade = points, False
        gradebook.db.commit()


@pytest.fixture
def course(built: Path, tmp_path: Path) -> Path:
    root = tmp_path / "course"
    shutil.copytree(built, root)
    settings = f"[late]\npercent_a_day = 10\nfree_minutes = 30\n[lessons.{LESSON}]\ndue = {DUE.isoformat()}\n"
    (root / "class.toml").write_text(settings)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write('\nc.JudgeChecks.home = "course_lessons"\n')
    assert nbgrader_api(root, root / "gradebook.db").generate_assignment(LESSON)["success"]
    return root


@pytest.mark.parametrize(
    ("late", "loses"), [(60, 0), (30 * 60, 0), (30 * 60 + 1, 8), (DAY, 8), (DAY + 1, 16), (5 * DAY, 40), (99 * DAY, 80)]
)
def test_each_day_begun_costs_ten_percent(late: float, loses: float) -> None:
    policy = PerDay(percent_a_day=10, free_minutes=30)
    assert policy.late_submission_penalty("ada", 80, late) == pytest.approx(loses)


def test_late_policy_can_be_another_plug_in() -> None:
    config = Config()
    config.AssignLatePenalties.plugin_class = "nbgrader.plugins.LateSubmissionPlugin"
    config.LateSubmissionPlugin.penalty_method = "zero"
    policy = LatePolicy(config).policy
    assert type(policy) is LateSubmissionPlugin
    assert policy.late_submission_penalty("ada", 80, HOUR) == 80


def test_students_table_holds_late_rules(tmp_path: Path) -> None:
    assert read_student_rules(tmp_path) == {}
    (tmp_path / "students.csv").write_text(
        "\ufeffid;email;percent_a_day;slip_days;extension 1;Extension regularization;group\n"
        "ada;a@example.org;0;5;3d;12h;A\nbob;;;;;;B\n;;;;;;\n"
    )
    days, hours = timedelta(days=3), timedelta(hours=12)
    extensions = {"01_optimization": days, "07_regularization": hours}
    assert read_student_rules(tmp_path) == {"ada": StudentRules(0, 5, extensions), "bob": StudentRules()}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,slip_days\nada,1\n", "lacks the column id"),
        ("id,slip_days\nada,two\n", "ada: slip_days is 'two'. Write a whole number from 0 to 365"),
        ("id,percent_a_day\nada,101\n", "ada: percent_a_day is '101'. Write a whole number from 0 to 100"),
        ("id,slipdays\nada,1\n", "has a column 'slipdays'. Did you mean slip_days?"),
        ("id,extension 99\nada,1d\n", "column 'extension 99': "),
        ("id,extension 1,extension 01_optimization\nada,1d,\n", "two columns with extensions for 01_optimization"),
        ("id,extension 1\nada,3 days\n", "ada, column 'extension 1': '3 days' is not a length of time"),
        ("id,slip_days\nada,1\nada,2\n", "lists the student ada more than once"),
        ("", "lacks the column id"),
    ],
)
def test_unusable_late_rules_are_named(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "students.csv").write_text(text)
    with pytest.raises(ClassroomError, match=re.escape(told)):
        read_student_rules(tmp_path)


@pytest.mark.parametrize(
    ("lateness", "penalty", "sentence"),
    [
        (Lateness(1, 10.0), 9.0, "1 day late. 1 day at 10 % costs 9 points."),
        (Lateness(2, 0.0), 0.0, "2 days late."),
        (Lateness(2, 10.0, 2, 5, 3), 0.0, "2 days late, 2 covered by slip days (3 of 5 left)."),
        (Lateness(20, 10.0), 90.0, "20 days late. 20 days at 10 % cost 90 points."),
    ],
)
def test_lateness_says_what_it_costs(lateness: Lateness, penalty: float, sentence: str) -> None:
    assert lateness.penalty(90.0) == pytest.approx(penalty)
    assert lateness.sentence(penalty) == sentence


def late_class(course: Path, late: dict[str, tuple[float, float]]) -> dict[str, list[tuple[float, str]]]:
    """Penalties and reasons in two lessons, due a week apart, for students so many days late who earned 50 points."""
    config = read_config(course)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        second = gradebook.add_assignment("02_more", duedate=(DUE + timedelta(days=7)).replace(tzinfo=None))
        gradebook.add_notebook("02_more", "02_more")
        gradebook.add_grade_cell("part", "02_more", "02_more", max_score=50, cell_type="code")
        for student, days in late.items():
            for lesson, cell, due, late_by in (
                (LESSON, "check_double", DUE, days[0]), ("02_more", "part", DUE + timedelta(days=7), days[1])
            ):  # fmt: skip
                gradebook.update_or_create_student(student)
                submission = gradebook.update_or_create_submission(lesson, student)
                submission.timestamp = (due + timedelta(days=late_by)).replace(tzinfo=None)
                gradebook.find_grade(cell, lesson, lesson, student).manual_score = 50
        gradebook.db.commit()
        update_penalties(gradebook, config)
        gradebook.db.expire_all()
        policy = LatePolicy(config)
        lessons = [gradebook.find_assignment(LESSON), second]
        return {
            student: [
                (float(one.late_submission_penalty or 0), policy.explain(one))
                for one in (gradebook.find_submission(str(lesson.name), student) for lesson in lessons)
            ]
            for student in late
        }


@pytest.mark.slow
def test_slip_days_are_spent_in_the_order_of_due_dates(course: Path) -> None:
    settings = (course / "class.toml").read_text()
    (course / "class.toml").write_text(settings.replace("free_minutes = 30", "free_minutes = 30\nslip_days = 2"))
    (course / "students.csv").write_text(
        "id,percent_a_day,slip_days,extension 01_demo\nbob,,5,\ncid,50,0,\ndora,,,1d\nleft,,,1d\n"
    )
    late = {"ada": (0.9, 1.5), "bob": (2.5, 1.5), "cid": (0.5, -1.0), "dora": (1.5, 0.5), "eve": (0.01, 0.0)}
    assert late_class(course, late) == {
        "ada": [
            (0, "1 day late, 1 covered by slip days (1 of 2 left)."),
            (5, "2 days late, 1 covered by slip days (0 of 2 left). 1 day at 10 % costs 5 points."),
        ],
        "bob": [
            (0, "3 days late, 3 covered by slip days (2 of 5 left)."),
            (0, "2 days late, 2 covered by slip days (0 of 5 left)."),
        ],
        "cid": [(25, "1 day late. 1 day at 50 % costs 25 points."), (0, "")],
        "dora": [
            (0, "The due date is extended to 2027-02-02 18:00 UTC. 1 day late, 1 covered by slip days (1 of 2 left)."),
            (0, "1 day late, 1 covered by slip days (0 of 2 left)."),
        ],
        "eve": [(0, ""), (0, "")],
    }
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert update_penalties(gradebook, read_config(course)) == ["left"]
        assert late_penalties(gradebook, LESSON) == [25]
        assert late_penalties(gradebook, "02_more") == [5]
    with pytest.raises(ClassroomError, match=r"students\.csv extends 01_demo for dora by 1d\. Change it there"):
        extend(course, LESSON, "dora", "2d")


@pytest.mark.slow
def test_an_extension_is_granted_replaced_and_taken_back(course: Path) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.add_student("ada")
        for time, until in {"12h": "2027-02-02 06:00", "90m": "2027-02-01 19:30", "0d": "2027-02-01 18:00"}.items():
            assert extend(course, LESSON, "ada", time) == f"ada: {LESSON} is due {until} UTC"
            gradebook.db.expire_all()
            extra = gradebook.find_submission(LESSON, "ada").extension
            assert DUE.replace(tzinfo=None) + (extra or timedelta()) == datetime.fromisoformat(until)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("student", "lesson", "time", "reason"),
    [
        ("ada", LESSON, "3 days", "'3 days' is not a length of time. Write it as in 3d, 12h or 90m"),
        ("adda", LESSON, "3d", "The class has no student 'adda'. Did you mean ada?"),
        ("bob", LESSON, "3d", "The class has no student 'bob'. Import the class list with collect --table."),
        ("ada", "02_other", "3d", "02_other is not released. Run: nbgrader generate_assignment 02_other"),
    ],
)
def test_an_impossible_extension_is_refused(course: Path, student: str, lesson: str, time: str, reason: str) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.add_student("ada")
    with pytest.raises(ClassroomError) as told:
        extend(course, lesson, student, time)
    assert str(told.value) == reason


def test_an_extension_for_an_unknown_lesson_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nbgrader_config.py").touch()
    assert main(["extend", "ada", "99", "3d", "--root", str(tmp_path)]) == 1
    assert "99" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["nbgrader_config.py"]


@pytest.mark.slow
def test_an_extension_needs_a_due_date(course: Path) -> None:
    (course / "class.toml").unlink()
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.add_student("ada")
    with pytest.raises(ClassroomError, match=r"has no due date\. Set `due` under"):
        extend(course, LESSON, "ada", "3d")


@pytest.mark.audit
def test_penalties_follow_lateness_extensions_and_due_dates(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for student, late in {"early": -1, "just": 20 / 60, "hour": 1, "day": 25, "more": 25}.items():
        attempt(course, student, timedelta(hours=late))
    hand_in(course, "no-time", "return 2 * x", RIGHT)
    assert main(["extend", "more", LESSON, "2d", "--root", str(course)]) == 0
    assert capsys.readouterr().out == f"more: {LESSON} is due 2027-02-03 18:00 UTC\n"
    grade(course)
    free, once, twice = (90, 0), (90, 9), (90, 18)
    expected = {"early": free, "just": free, "hour": once, "day": twice, "more": free, "no-time": free}
    assert marks(course) == expected
    assert "6 answers need manual grading" in capsys.readouterr().out

    page = (course / "feedback" / "day" / LESSON / f"{LESSON}.html").read_text()
    assert re.search(r"72 of 90 points</strong>, and 10 points are not graded yet", page)
    assert re.findall(r'<li><a href="#[\w-]+">([^<]+)</a>', page) == ["double", "mean_square", "reflection"]
    assert "(not graded yet, out of 10)" in page
    assert re.search(r"Lateness</th>\s*<td class=.points.>−18</td>", page)

    # What a person gives is penalised too, and nothing is graded for that.
    give(course, "day", 10)
    grade(course)
    said = capsys.readouterr()
    assert marks(course) == expected | {"day": (100, 20)}
    assert "0 graded, 6 unchanged, 0 not graded. 5 answers need manual grading" in said.out
    assert "The late penalty changed for day." in said.err
    assert len(list((course / "backups").iterdir())) == 2

    # A later due date gives the points back.
    (course / "class.toml").write_text((course / "class.toml").read_text().replace("2027-02-01", "2027-02-03"))
    assert main(["grade", LESSON, "--root", str(course), "--dry-run"]) == 0
    assert marks(course)["hour"] == once
    grade(course)
    assert {penalty for _, penalty in marks(course).values()} == {0}


@pytest.mark.audit
def test_second_attempt_counts_unless_it_is_damaged(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for student in ("better", "worse", "damaged", "late"):
        attempt(course, student, timedelta(hours=-1), double="return x" if student == "better" else "return 2 * x")
    grade(course)
    assert marks(course) == {"better": (50, 0), "worse": (90, 0), "damaged": (90, 0), "late": (90, 0)}
    for student in ("worse", "damaged"):
        give(course, student, 8)
    attempt(course, "better", timedelta(hours=-1))
    attempt(course, "worse", timedelta(hours=-1), mean=WRONG)
    attempt(course, "late", timedelta(hours=2))
    attempt(course, "damaged", timedelta(hours=2)).write_text('{"cells": [')
    capsys.readouterr()
    grade(course, code=1)
    assert marks(course) == {"better": (90, 0), "worse": (48, 0), "damaged": (98, 0), "late": (90, 9)}
    assert "damaged: not graded: the file ends in the middle. The grade of an earlier file remains" in (
        capsys.readouterr().err
    )
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert count_ungraded_answers(gradebook, LESSON) == 2
    assert (course / "autograded" / "damaged" / LESSON / f"{LESSON}.ipynb").exists()
