"""Zips in, tables out: as Canvas and Moodle name files and columns (read off their own sources), up to real grades."""

import csv
import io
import shutil
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest
from classroom.test_grading import find
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.errors import ClassroomError
from cs231n_lib.classroom.exchange.collect import TYPED, collect
from cs231n_lib.classroom.exchange.grades import write_grades
from cs231n_lib.classroom.exchange.lms import fill, read_table
from cs231n_lib.classroom.exchange.originals import OriginalName, Originals
from cs231n_lib.classroom.nbgrader_course import nbgrader_api, read_config
from cs231n_lib.classroom.table import GradeStatus

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")

LESSON = "01_demo"
ROOT = Path(__file__).parents[2]

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Demo 1 (90001),Demo 2 (90002),Assignments Current Score,Final Grade
,,,,,Manual Posting,,,
"    Points Possible",,,,,100.0,10.0,(read only),(read only)
"Lovelace, Ada",4711,s-001,ada@example.org,Group A,,7.00,70.0,C
"Møller-Hansen, Zoë",4712,s-002,zoe@example.org,Group A,80.00,,80.0,B
"O'Hara, Mia",4713,s-003,mia@example.org,Group B,EX,3.00,30.0,F
"Student, Test",9999,,a1b2c3,Group A,,,,
"""
MOODLE = """\
Identifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 31","Ada Lovelace",s-001,ada@example.org,"Submitted for grading - ",,100.00,Yes,\
"Thursday, 26 November 2026, 3:38 PM",-,
"Participant 32","Zoë Møller Hansen",s-002,zoe@example.org,"Submitted for grading - ",55.00,100.00,Yes,\
"Donnerstag, 26. Nebelung 2026",-,"Talk to me"
"Participant 33","Mia O'Hara",s-003,mia@example.org,"No submission - ",,100.00,Yes,-,-,
"""


def archive(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return path


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding, newline="")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    folder.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def handed_in(root: Path) -> dict[str, bytes]:
    return {p.parent.parent.name: p.read_bytes() for p in root.glob(f"submitted/*/{LESSON}/{LESSON}.ipynb")}


def test_canvas_zip_is_imported_with_problems_listed(root: Path, tmp_path: Path) -> None:
    files = {
        "lovelaceada_4711_90210_01_demo.ipynb": b"first",
        "lovelaceada_4711_90215_01_demo-1.ipynb": b"second",
        "lovelaceada_4711_90216_holiday.ipynb": b"no lesson",
        "møllerhansenzoë_LATE_4712_90211_01_demo (2).ipynb": b"late",
        "o_hara2mia_4713_90212_my_work_12_3.ipynb": b"another name",
        "leeli_4714_90213_01_demo.py": b"no notebook",
        "cut_4715_90217_01_demo.ipynb/../../4711/01_demo.ipynb": b"a way out",
        "two_4716_90218_01\ndemo.ipynb": b"a name of two lines",
        "anon_12345_90214_01_demo.ipynb": b"anonymous",
        "__MACOSX/lovelaceada_4711_1_01_demo.ipynb": b"",
        "notes.txt": b"",
        "Mia O'Hara_33_assignsubmission_onlinetext_/onlinetext.html": b"typed",
    }
    done = collect(root, LESSON, archive(tmp_path / "submissions.zip", files))
    got = {"4711": b"second", "4712": b"late", "4713": b"another name", "4715": b"a way out"}
    assert handed_in(root) == got
    assert list((root / "submitted" / "4714" / LESSON).iterdir()) == []  # which is not "handed in nothing"
    assert (done.new, done.late) == ([*got], ["4712"])
    assert done.problems == {
        "4714": "there is no notebook, only 01_demo.py",
        "Mia O'Hara_33_assignsubmission_onlinetext_/onlinetext.html": TYPED,
        "anon_12345_90214_01_demo.ipynb": "its name follows neither Canvas's nor Moodle's pattern",
        "notes.txt": "its name follows neither Canvas's nor Moodle's pattern",
        "two_4716_90218_01\ndemo.ipynb": "its name follows neither Canvas's nor Moodle's pattern",
    }


@pytest.mark.parametrize(
    "form", ["{}_assignsubmission_file_/{}", "{}_assignsubmission_file/{}", "{}_assignsubmission_file_{}"]
)
def test_every_form_of_moodle_zip_is_imported(form: str, root: Path, tmp_path: Path) -> None:
    files = {
        form.format("Ada Lovelace_31", "01_demo.ipynb"): b"ada",
        form.format("Zoë Møller Hansen_32", "01_demo (1).ipynb"): b"zoe",
        form.format("李 雷_35", "work.ipynb"): b"lei",
        form.format("Mia Jensen_37", "01_demo_01_demo (1).ipynb.txt"): b"mia",
        form.format("Mia Jensen_37", "notes.ipynb"): b"notes",
        form.format("Two Files_36", "a.ipynb"): b"a",
        form.format("Two Files_36", "b.ipynb"): b"b",
    }
    done = collect(root, LESSON, archive(tmp_path / "moodle.zip", files))
    got = {"Ada_Lovelace": b"ada", "Zoë_Møller_Hansen": b"zoe", "李_雷": b"lei", "Mia_Jensen": b"mia"}
    assert handed_in(root) == got
    remedy = "so delete all but one from the zip and run collect again"
    assert done.problems == {"Two_Files": f"there are several notebooks (a.ipynb, b.ipynb), {remedy}"}


def test_only_moodles_worksheet_distinguishes_namesakes(root: Path, tmp_path: Path) -> None:
    zipped = archive(
        tmp_path / "moodle.zip",
        {f"Ada Lovelace_{n}_assignsubmission_file_/01_demo.ipynb": str(n).encode() for n in (31, 41)},
    )
    done = collect(root, LESSON, zipped)
    assert handed_in(root) == {}
    assert list(done.problems) == ["Ada Lovelace 31 and Ada Lovelace 41"]
    more = MOODLE + '"Participant 41","Ada Lovelace",s-009,other@example.org,"",,100.00,Yes,-,-,\n'
    collect(root, LESSON, zipped, read_table(written(tmp_path / "sheet.csv", more)))
    assert handed_in(root) == {"ada@example.org": b"31", "other@example.org": b"41"}


def test_a_table_enrols_the_class_and_says_when_they_handed_in(root: Path, tmp_path: Path) -> None:
    zipped = archive(
        tmp_path / "moodle.zip",
        {f"{name}_assignsubmission_file_/01_demo.ipynb": b"" for name in ("Ada Lovelace_31", "Zoë Møller Hansen_32")},
    )
    done = collect(root, LESSON, zipped, read_table(written(tmp_path / "sheet.csv", MOODLE, "utf-8-sig")))
    stamp = root / "submitted" / "ada@example.org" / LESSON / "timestamp.txt"
    assert stamp.read_text().startswith("2026-11-26 15:38:00")
    assert CourseDirectory(config=read_config(root)).get_existing_timestamp(str(stamp.parent))
    assert done.undated == ["zoe@example.org"]
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        enrolled = {str(s.id): (s.first_name, s.last_name) for s in gradebook.students}
    assert enrolled == {
        "ada@example.org": ("Ada", "Lovelace"),
        "mia@example.org": ("Mia", "O'Hara"),
        "zoe@example.org": ("Zoë Møller", "Hansen"),
    }


def test_later_zip_imports_only_changed_submissions(root: Path, tmp_path: Path) -> None:
    for files, expected in (
        ({"a_1_10_01_demo.ipynb": b"x", "b_2_11_01_demo.ipynb": b"y"}, (["1", "2"], [], [])),
        ({"a_1_12_01_demo-1.ipynb": b"z", "b_2_11_01_demo.ipynb": b"y"}, ([], ["1"], ["2"])),
    ):
        done = collect(root, LESSON, archive(tmp_path / "s.zip", files))
        assert (done.new, done.changed, done.same) == expected
    assert handed_in(root) == {"1": b"z", "2": b"y"}


def test_zip_writes_only_into_submitted(root: Path, tmp_path: Path) -> None:
    files = {
        "../../x_1_10_01_demo.ipynb": b"",
        ".._31_assignsubmission_file_/01_demo.ipynb": b"",
        "a_2_11_../../../01_demo.ipynb": b"up",
        "/etc_3_12_01_demo.ipynb": b"",
    }
    done = collect(root, LESSON, archive(tmp_path / "s.zip", files))
    assert handed_in(root) == {"2": b"up"}
    assert len(done.problems) == 3
    assert {path.name for path in tmp_path.iterdir()} == {"course", "s.zip"}


def test_damaged_or_huge_file_in_a_zip_affects_only_its_student(root: Path, tmp_path: Path) -> None:
    path = archive(tmp_path / "s.zip", {f"{n}_{i}_1{i}_01_demo.ipynb": b"0" * 1000 for i, n in enumerate("abc")})
    with zipfile.ZipFile(path) as opened:
        at = opened.infolist()[1].header_offset
    content = bytearray(path.read_bytes())
    content[at + 55 : at + 58] = b"\xff\xff\xff"
    central = content.rindex(b"PK\x01\x02")
    content[central + 24 : central + 28] = struct.pack("<I", 2_000_000_000)
    path.write_bytes(content)
    done = collect(root, LESSON, path)
    assert list(handed_in(root)) == ["0"]
    assert "01_demo.ipynb is damaged in the zip" in done.problems["1"]
    assert done.problems["2"] == "01_demo.ipynb has 2,000,000,000 bytes, but at most 50,000,000 are read"


@pytest.mark.parametrize(("content", "told"), [(b"<html>", "cannot be read"), (None, "none of its 1 files")])
def test_zip_from_another_system_is_refused_with_a_reason(
    content: bytes | None, told: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = archive(tmp_path / "s.zip", {"01_demo.ipynb": b""})
    (root / "notebooks" / LESSON).mkdir(parents=True, exist_ok=True)
    if content:
        path.write_bytes(content)
    assert main(["collect", LESSON, str(path), "--root", str(root)]) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("lovelaceada_5001_90210_01_demo.ipynb", CANVAS),  # another course
        ("Ada Lovelace_99_assignsubmission_file_/01_demo.ipynb", MOODLE),  # another assignment
        ("Ada Lovelace_31_assignsubmission_file_/01_demo.ipynb", CANVAS),  # another system
    ],
)
def test_table_of_another_course_enrols_nobody(file: str, text: str, root: Path, tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "table.csv", text))
    before = sorted(root.rglob("*"))
    with pytest.raises(ClassroomError, match=r"table.csv lists none of the 1 students in s.zip, so it may belong"):
        collect(root, LESSON, archive(tmp_path / "s.zip", {file: b"{}"}), table)
    assert sorted(root.rglob("*")) == before


def test_collect_records_the_names_of_both_systems(root: Path, tmp_path: Path) -> None:
    canvas = {"lovelaceada_LATE_4711_90210_01_demo-1.ipynb": b"x", "../../leeli_4712_90211_01_demo.ipynb": b"y"}
    collect(root, LESSON, archive(tmp_path / "canvas.zip", canvas))
    flat = {"Mia O'Hara_33_assignsubmission_file_my work.ipynb": b"z"}
    collect(root, LESSON, archive(tmp_path / "moodle.zip", flat))
    newer = {"lovelaceada_4711_90333_01_demo-2.ipynb": b"x"}
    collect(root, LESSON, archive(tmp_path / "canvas.zip", newer))
    names = Originals(root, LESSON).names()
    assert names == {
        "4711": OriginalName("canvas", "lovelaceada_4711_90333_"),
        "Mia_O_Hara": OriginalName("moodle", "Mia O'Hara_33_assignsubmission_file_"),
    }
    assert names["4711"].of_page(LESSON) == "lovelaceada_4711_90333_01_demo.html"


def test_sis_login_serves_as_email_only_if_it_is_one(root: Path, tmp_path: Path) -> None:
    table = CANVAS.replace("mia@example.org", "mohara7")
    zipped = archive(tmp_path / "s.zip", {"lovelaceada_4711_90210_01_demo.ipynb": b""})
    collect(root, LESSON, zipped, read_table(written(tmp_path / "grades.csv", table)))
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        emails = {str(student.id): student.email for student in gradebook.students}
    assert emails == {"4711": "ada@example.org", "4712": "zoe@example.org", "4713": None}


READY = GradeStatus("94 of 94 automatic", 100, 97.5)
WAITS = GradeStatus("94 of 94 automatic, 6 not graded by hand yet", 100, 94, 0, 6)
LATE = GradeStatus("94 of 94 automatic", 100, 90, 9)
NONE = GradeStatus("not graded: it is empty", 100)
OLD = GradeStatus("40 of 40 automatic, not asked: mean_square", 50, 40)


def test_canvas_gradebook_gets_one_column_and_keeps_the_others(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "grades.csv", CANVAS))
    column = table.column_of(LESSON, "A demo")
    filled = fill(table, column, {"4711": READY, "s-002": WAITS, "4713": LATE, "zed": NONE})
    assert filled.text.splitlines() == [
        "Student,ID,SIS User ID,SIS Login ID,Section,Demo 1 (90001)",
        ",,,,,Manual Posting",
        "    Points Possible,,,,,100.0",
        '"Lovelace, Ada",4711,s-001,ada@example.org,Group A,97.5',
        '"Møller-Hansen, Zoë",4712,s-002,zoe@example.org,Group A,80.00',
        '"O\'Hara, Mia",4713,s-003,mia@example.org,Group B,EX',
        '"Student, Test",9999,,a1b2c3,Group A,',
    ]
    assert filled.skipped == {
        "s-002 (Zoë Møller-Hansen)": "94 of 94 automatic, 6 not graded by hand yet",
        "4713 (Mia O'Hara)": "Canvas has EX in this cell",
        "zed": "not in grades.csv",
    }
    assert (filled.written, filled.note) == (1, "")


def test_points_scale_to_the_column_with_partial_grades(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "grades.csv", CANVAS))
    everyone = {"4711": OLD, "4712": WAITS, "4713": LATE}
    filled = fill(table, table.column_of(LESSON, "", "90002"), everyone, partly=True)
    rows = list(csv.DictReader(io.StringIO(filled.text)))
    assert [row["Demo 2 (90002)"] for row in rows[2:]] == ["8", "9.4", "8.1", ""]
    assert filled.note == "Points are scaled to Canvas's maximum of 10 for the assignment."


def test_moodle_worksheet_gets_points_and_feedback_comments(tmp_path: Path) -> None:
    path = written(tmp_path / "sheet.csv", MOODLE, "utf-8-sig")
    table = read_table(path)
    filled = fill(table, "Grade", {"ada@example.org": READY, "s-002": WAITS})
    assert filled.text.startswith("\ufeffIdentifier,Full name")
    rows = list(csv.DictReader(io.StringIO(filled.text.removeprefix("\ufeff"))))
    before = list(csv.DictReader(io.StringIO(MOODLE)))
    assert rows == [before[0] | {"Grade": "97.5", "Feedback comments": READY.state}, *before[1:]]
    assert filled.skipped == {"s-002 (Zoë Møller Hansen)": WAITS.state, "Mia O'Hara": "not in the gradebook"}


ABSENT = GradeStatus("handed in nothing", 100, absent=True)


@pytest.mark.parametrize(
    ("now", "points", "skipped"),
    [
        ({"4711": READY, "ada@example.org": ABSENT}, "97.5", {}),
        ({"4711": ABSENT, "ada@example.org": READY}, "97.5", {}),
        ({"4711": READY, "ada@example.org": LATE}, "97.5", {}),
        ({"4711": ABSENT, "ada@example.org": ABSENT}, "", {"4711 (Ada Lovelace)": "handed in nothing"}),
    ],
)
def test_exact_ids_go_before_emails(
    now: dict[str, GradeStatus], points: str, skipped: dict[str, str], tmp_path: Path
) -> None:
    table = read_table(written(tmp_path / "grades.csv", CANVAS))
    filled = fill(table, table.column_of(LESSON, "A demo"), now)
    rows = {row["ID"]: row["Demo 1 (90001)"] for row in csv.DictReader(io.StringIO(filled.text))}
    others = dict.fromkeys(("Zoë Møller-Hansen", "Mia O'Hara"), "not in the gradebook")
    assert (rows["4711"], filled.skipped) == (points, skipped | others)


def test_namesakes_in_a_worksheet_get_nobodys_points(tmp_path: Path) -> None:
    columns = "Identifier,Full name,Grade,Maximum Grade,Last modified (grade)\n"
    text = (
        columns
        + "Participant 31,Ada Lovelace,,100,-\nParticipant 41,Ada Lovelace,,100,-\nParticipant 5,Li Lee,,100,-\n"
    )
    filled = fill(read_table(written(tmp_path / "sheet.csv", text)), "Grade", {"Ada_Lovelace": READY, "Li_Lee": LATE})
    assert [row["Grade"] for row in csv.DictReader(io.StringIO(filled.text))] == ["", "", "81"]
    assert filled.skipped == {"Ada_Lovelace (Ada Lovelace)": "2 rows of sheet.csv match this id"}


def test_a_table_of_another_course_is_refused(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "grades.csv", CANVAS))
    with pytest.raises(
        ClassroomError, match="none of its 3 students is in the gradebook, so the table may belong to anoth"
    ):
        fill(table, table.column_of(LESSON, "A demo"), {"5001": READY})


@pytest.mark.slow
def test_one_table_of_grades_with_copies_beside_it(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shutil.copytree(built, tmp_path / "course")
    assert nbgrader_api(root, root / "gradebook.db").generate_assignment(LESSON)["success"]
    zipped = archive(tmp_path / "s.zip", {"lovelaceada_4711_90210_01_demo.ipynb": b"{"})
    collect(root, LESSON, zipped, read_table(written(tmp_path / "gradebook.csv", CANVAS)))
    assert main(["grades", LESSON, "--root", str(root)]) == 0
    folder = root / "grades" / LESSON
    assert {path.name for path in folder.iterdir()} == {"grades.csv", "canvas.csv"}
    states = {
        row["student_id"]: row["state"] for row in csv.DictReader(io.StringIO((folder / "grades.csv").read_text()))
    }
    assert states["4711"].startswith("not graded:")
    assert states["4713"] == "handed in nothing"
    capsys.readouterr()

    german = MOODLE.replace("Identifier", "ID-Nummer").replace(
        '"Last modified (grade)"', '"Zuletzt geändert (Bewertung)"'
    )
    sheet = written(tmp_path / "sheet.csv", german)
    done = write_grades(root, LESSON, "A demo", [sheet, tmp_path / "gradebook.csv"])
    assert list(done.copies) == [folder / "canvas.csv"]
    assert "looks like a table from Moodle but lacks the columns Identifier, Last modified (grade)" in done.problems[0]
    assert main(["grades", LESSON, str(sheet), "--root", str(root)]) == 1
    assert "Not filled: " in capsys.readouterr().err
    with pytest.raises(ClassroomError, match="has no lesson 02_other"):
        write_grades(root, "02_other", "")

    strangers = "".join(f'"Name{number}, New",{5000 + number},,,A,,,,\n' for number in range(4))
    assert main(["grades", LESSON, str(written(tmp_path / "more.csv", CANVAS + strangers)), "--root", str(root)]) == 0
    names = ", ".join(f"New Name{number}" for number in range(4))
    assert f"4 students: not filled in: not in the gradebook. They are {names}\n" in capsys.readouterr().err


def test_semicolons_and_names_in_two_columns(tmp_path: Path) -> None:
    text = (
        "LastName;FirstName;ID;SIS Login ID;Section;Demo 1 (7)\n    Points Possible;;;;;100\nLovelace;Ada;4711;ada;A;\n"
    )
    table = read_table(written(tmp_path / "grades.csv", text))
    assert table.name_of(table.students[0]) == ("Ada", "Lovelace")
    filled = fill(table, table.column_of(LESSON, "A demo"), {"ada": READY})
    assert filled.text.splitlines()[-1] == "Lovelace;Ada;4711;ada;A;97.5"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n", "is not a table from Canvas"),
        ("", "is not a table from Canvas"),
        ("Student,ID,Section,Demo 1 (7),Lab 1 (8)\nx,1,A,,\n", r"2 columns that match 01_demo.*Demo 1 \(7\); Lab 1"),
        ("Student,ID,Section,Demo 2 (7)\nx,1,A,\n", r"no columns that match 01_demo.*Demo 2 \(7\)"),
        ("Student,ID,ID,Section\n", "the column ID more than once"),
        ("Student,ID,Demo 1 (7)\nx,1,\n", "looks like a table from Canvas but lacks the columns Section"),
        ("Nummer,Vollständiger Name,Bewertung\n1,x,\n", "is not a table from Canvas.*Set your language"),
    ],
)
def test_unsuitable_table_is_refused_with_a_reason(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ClassroomError, match=f"(?s){told}"):
        read_table(written(tmp_path / "grades.csv", text)).column_of(LESSON, "A demo")


def test_control_characters_in_names_are_replaced(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shutil.copytree(built, tmp_path / "course")
    zipped = archive(tmp_path / "submissions.zip", {"\x1b[2Jcleared\n.ipynb": b"", "ada_4711_1_01_demo.ipynb": b"{}"})
    assert main(["collect", LESSON, str(zipped), "--root", str(root)]) == 1
    assert "�[2Jcleared�.ipynb: not imported: its name follows neither" in capsys.readouterr().err
    assert nbgrader_api(root, root / "gradebook.db").generate_assignment(LESSON, force=True)["success"]
    (root / "submitted" / "\x1b[31mred" / LESSON).mkdir(parents=True)
    assert main(["grade", LESSON, "--root", str(root), "--unsafe", "--dry-run"]) == 1
    assert "�[31mred: not graded: the folder's name cannot be a student's id" in capsys.readouterr().err


@pytest.mark.audit
def test_from_a_zip_of_canvas_to_its_gradebook(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "course"
    shutil.copytree(built, root)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write('\nc.JudgeChecks.home = "course_lessons"\n')
    assert nbgrader_api(root, root / "gradebook.db").generate_assignment(LESSON)["success"]
    notebook = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    find(notebook, "double").source = "def double(x):\n    return 2 * x"
    find(notebook, "reflection").source = "Because."
    right = nbformat.writes(notebook).encode()
    files = {"lovelaceada_4711_90210_01_demo.ipynb": right, "møllerhansenzoë_LATE_4712_9_01_demo.ipynb": right[:99]}
    table = written(tmp_path / "grades.csv", CANVAS)
    here = ["--root", str(root)]
    zipped = str(archive(tmp_path / "s.zip", files))
    assert main(["collect", LESSON, zipped, "--table", str(table), *here]) == 0
    said = capsys.readouterr()
    assert "2 new, 0 changed, 0 unchanged" in said.out
    assert "Late according to Canvas" in said.err
    assert main(["grade", LESSON, *here]) == 1
    capsys.readouterr()
    assert main(["export", LESSON, str(table), *here]) == 0
    assert (
        "4711 (Ada Lovelace): not filled in: 40 of 90 automatic, 10 not graded by hand yet" in capsys.readouterr().err
    )
    assert main(["export", LESSON, str(table), "--partly", *here]) == 0
    said = capsys.readouterr()
    assert "filled in the points of 1 of 3 students in " in said.out
    assert "4712 (Zoë Møller-Hansen): not filled in: not graded: the file ends in the middle" in said.err
    assert "4713 (Mia O'Hara): not filled in: handed in nothing" in said.err
    rows = list(csv.DictReader(io.StringIO((tmp_path / "grades-filled.csv").read_text(encoding="utf-8"))))
    assert [row["Demo 1 (90001)"] for row in rows[2:]] == ["40", "80.00", "EX", ""]
