"""What version 0.1.0 handed out, saved and offered still works; the values expected here were recorded with it."""

import ast
import csv
import json
import re
import shlex
import shutil
import sqlite3
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from inspect import signature
from itertools import cycle, takewhile
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, get_type_hints

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from traitlets.config import Configurable, PyFileConfigLoader

from cs231n_lib.__main__ import main
from cs231n_lib.classroom.grading.judge import JudgeChecks
from cs231n_lib.course.plan import LESSONS, checks_of, exercises_of
from cs231n_lib.course.student.progress import read_lesson
from cs231n_lib.lessons.architecture import checks as architecture
from cs231n_lib.network import MLP, Adam
from cs231n_lib.search import Choice, LogUniform, random_search
from cs231n_lib.training import Trainer

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
FIXTURE = ROOT / "tests/fixtures/release_0_1"
FIRST, SECOND = "01_optimization", "02_backpropagation"
RIGHT, HALF, OTHER = ("right",), ("right", "wrong", ""), ("wrong", "right", "")
"""Kinds of answers, taken in turn; an empty one is not written."""
STUDENT = {FIRST: HALF, SECOND: ("right", "right", "right", "wrong")}
CLASS = {"right": RIGHT, "half": HALF, "late": OTHER}
MOVED = {"check_mlp_loss": 16 / 18, "check_relu_approximation": 10 / 12, "check_sawtooth_network": 8 / 10}
"""Points of today divided by those of version 0.1.0, by check. Grading uses the points of the release."""
REWEIGHTED = {"check_xor_weights": 4.0, "check_train_mlp": 0.4, "check_l1": 5.55, "check_network_loss": 7.23}
"""Points of wrong answers, of the points of the release, that differ from the recorded ones.

A wrong central property costs at least half of the points now, and any other row of values at most 15 %.
"""
STUB = "    # Your code goes here, in place of the next line.\n    raise NotImplementedError"
REFLECTION, OWN = "I would compare both gradients.", "helper = 3  # of mine"

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")


def load(path: str | Path) -> Any:
    return json.loads((FIXTURE / path).read_text(encoding="utf-8"))


EXPECTED, ANSWERS = load("expected.json"), load("answers.json")


def place(folder: str | Path, lesson: str) -> Path:
    return Path(folder, lesson, f"{lesson}.ipynb")


def save(notebook: Json, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")


def written(lesson: str, kinds: Sequence[str]) -> Json:
    """The released notebook with answers of these kinds, and a cell of the student's own before the last."""
    notebook = load(place("notebooks", lesson))
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    for (name, bodies), kind in zip(ANSWERS[lesson].items(), cycle(kinds), strict=False):
        if kind:
            cells[name]["source"] = "".join(cells[name]["source"]).replace(STUB, bodies[kind])
    cells["reflection"]["source"] = REFLECTION
    own = {"cell_type": "code", "execution_count": None, "id": "of-mine", "metadata": {}, "outputs": [], "source": OWN}
    notebook["cells"].insert(-1, own)
    return notebook


def run(notebook: Json, folder: Path) -> list[Json]:
    """Run a notebook as a person does in a front end, which takes input; return its cells."""
    live = NotebookClient(
        nbformat.reads(json.dumps(notebook), as_version=4),
        timeout=300,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
        on_notebook_start=lambda **_: setattr(live.kc, "allow_stdin", True),
    )
    return list(live.execute().cells)


def results(cell: Json) -> list[Json]:
    return [output for output in cell["outputs"] if output["output_type"] == "execute_result"]


def points(cells: Sequence[Json]) -> dict[str, float]:
    checks = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("points") and "outputs" in cell]
    return {cell["id"]: float(results(cell)[0]["data"]["text/plain"]) for cell in checks}


def rescaled(expected: dict[str, float], lesson: str, notebook: Json) -> dict[str, float]:
    """Recorded points on today's scale, which for a bonus of today is a percentage."""
    then = {cell["id"]: cell["metadata"]["nbgrader"]["points"] for cell in notebook["cells"] if cell["id"] in expected}
    _, slug = lesson.split("_", 1)
    now = {f"check_{name}": one.points for name, one in exercises_of(checks_of(slug)).items()}
    return {name: found * now.get(name, then[name]) / then[name] for name, found in expected.items()}


def problem(line: str) -> str:
    """Why a name is gone or a call refused. In a path, ``f().x`` is the attribute of what ``f`` says it returns."""
    path, _, inside = line[:-1].rpartition("(") if line.endswith(")") else (line, "", None)
    path, _, attribute = path.partition("().")
    try:
        found = resolve_name(path)
        if inside is None:
            return "" if not attribute or hasattr(get_type_hints(found)["return"], attribute) else "gone"
        takes, given = signature(found), inside.split(", ") if inside else []
        positional = [*takewhile(str.isidentifier, given)]
        named = [one.removesuffix("=") for one in given[len(positional) :] if one.removesuffix("=").isidentifier()]
        (takes.bind_partial if "..." in given else takes.bind)(*positional, **dict.fromkeys(named))
        moved = [one for one, now in zip(positional, takes.parameters, strict=False) if one not in ("_", now)]
        return f"{moved} moved: {takes}" if moved else ""
    except (ImportError, AttributeError, KeyError, TypeError) as error:
        return repr(error)


@pytest.mark.parametrize("kind", ["calls", "public"])
def test_names_and_arguments(kind: str) -> None:
    assert {line: why for line in (FIXTURE / f"{kind}.txt").read_text().splitlines() if (why := problem(line))} == {}


@pytest.mark.parametrize(("line", "given"), load("commands.json").items())
def test_command_lines_are_understood(line: str, given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    parse, found = ArgumentParser.parse_args, []

    def parse_only(self: ArgumentParser, *argv: Any) -> None:
        found.extend(vars(parse(self, *argv)).values())
        raise InterruptedError

    monkeypatch.setattr(ArgumentParser, "parse_args", parse_only)
    with pytest.raises(InterruptedError):
        main(shlex.split(line))
    assert Counter(given) <= Counter(str(one) for many in found for one in (many if isinstance(many, list) else [many]))


def test_checkpoints_and_journals_are_taken_up(tmp_path: Path) -> None:
    shutil.copy(FIXTURE / "journal.npz", tmp_path)
    rng = np.random.default_rng(1)
    trainer = Trainer(MLP([3, 2, 2], rng=rng), Adam(lr=0.01), batch_size=4, rng=rng)
    x, y = np.linspace(-1, 1, 36).reshape(12, 3), np.arange(12) % 2
    history = trainer.fit((x, y), (x, y), epochs=4, resume=FIXTURE / "checkpoint.npz")
    np.testing.assert_allclose(history.loss, EXPECTED["checkpoint"], rtol=1e-6)

    def again(lr: float, width: int) -> float:
        raise AssertionError("what is in the journal is tried once more")

    space = {"lr": LogUniform(1e-3, 1e-1), "width": Choice((2, 4))}
    found = random_search(again, space, 3, np.random.default_rng(0), journal=tmp_path / "journal.npz")
    assert [trial.value for trial in found.trials] == EXPECTED["journal"]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The folder of a student who ran lessons 01 and 02; the release differs in its metadata from what it has."""
    folder = tmp_path / "work"
    for lesson, runs in load("student.json").items():
        notebook = written(lesson, STUDENT[lesson])
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["execution_count"], cell["outputs"] = runs[cell["id"]]
        save(notebook, place(folder, lesson))
        save(load(place("notebooks", lesson)) | {"metadata": {}}, folder / ".handed_out" / f"{lesson}.ipynb")
    shutil.copy(FIXTURE / "score_sheet.json", folder)
    return folder


def standing(folder: Path) -> dict[str, list[Any]]:
    progress = [read_lesson(folder, lesson) for lesson in LESSONS if lesson.folder in STUDENT]
    return {f"{i} {one.name}": [one.points, one.mark] for i, lesson in enumerate(progress, 1) for one in lesson.answers}


@pytest.mark.slow
def test_version_0_1_work_is_shown_and_used(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert standing(work) == EXPECTED["standing"]
    assert main(["progress", "--root", str(work)]) == 0
    printed = capsys.readouterr().out
    page = load("notebooks/index.ipynb")
    ask = f"""import json; from cs231n_lib.course import mine; run = mine.run()
for name in {[*ANSWERS[FIRST], *ANSWERS[SECOND]]}: getattr(run, name)
print(json.dumps([run.yours, run.library]))"""
    page["cells"].append({"cell_type": "code", "id": "ask", "metadata": {}, "outputs": [], "source": ask})
    cells = {cell["id"]: cell for cell in run(page, work)}
    for name, numbers in EXPECTED["shown"].items():
        shown = results(cells[name])[0]["data"]["text/html"]
        assert [number for number in numbers if number not in shown or number not in printed] == []
    assert json.loads(cells["ask"]["outputs"][0]["text"]) == EXPECTED["mine"]


def test_my_library_has_what_was_right(work: Path, tmp_path: Path) -> None:
    assert main(["my-library", str(tmp_path / "mine"), "--root", str(work)]) == 0
    (module,) = (path for path in (tmp_path / "mine").glob("*.py") if not path.name.startswith("test_"))
    defined = {node.name for node in ast.parse(module.read_text()).body if isinstance(node, ast.FunctionDef)}
    assert set(EXPECTED["mine"][0]) <= defined


@pytest.mark.parametrize("is_known", [True, False])
def test_start_loses_nothing(work: Path, is_known: bool) -> None:
    if not is_known:
        shutil.rmtree(work / ".handed_out")
    before, sheet = standing(work), (work / "score_sheet.json").read_bytes()
    assert main(["start", str(work), "--no-lab"]) == 0
    for lesson, kinds in STUDENT.items():
        now = "\n".join("".join(cell["source"]) for cell in load(place(work, lesson))["cells"])
        bodies = [body[kind] for body, kind in zip(ANSWERS[lesson].values(), cycle(kinds), strict=False) if kind]
        assert [source for source in [*bodies, OWN, REFLECTION] if source not in now] == []
    now = standing(work)  # a later release may have more exercises
    assert {name: now[name][0] for name in before} == {name: one[0] for name, one in before.items()}
    assert (work / "score_sheet.json").read_bytes() == sheet


@pytest.mark.slow
def test_lesson_of_version_0_1_runs_with_equal_points(work: Path) -> None:
    notebook, sheet, (before,) = load(place(work, SECOND)), work / "score_sheet.json", load("score_sheet.json").values()
    sheet.unlink()
    assert points(run(notebook, work / SECOND)) == points(notebook["cells"])
    assert load(sheet) == {"backpropagation": before | {"accuracy": pytest.approx(before["accuracy"], abs=0.005)}}


@pytest.mark.audit
@pytest.mark.parametrize("kind", ["half", "right", pytest.param("whole", marks=pytest.mark.seeds)])
@pytest.mark.parametrize("lesson", ANSWERS)
def test_points_of_each_lesson(lesson: str, kind: str, tmp_path: Path) -> None:
    """Only a whole notebook runs its experiments, which take longest."""
    notebook = written(lesson, HALF if kind == "half" else RIGHT)
    if kind != "whole":
        notebook["cells"] = [c for c in notebook["cells"] if c["id"] == "code-01" or "nbgrader" in c["metadata"]]
    recorded = EXPECTED["half" if kind == "half" else "right"][lesson]
    if kind == "half":
        recorded = recorded | {name: found for name, found in REWEIGHTED.items() if name in recorded}
    expected = rescaled(recorded, lesson, notebook)
    assert points(run(notebook, tmp_path)) == pytest.approx(expected, abs=0.01)


def test_grading_uses_the_points_of_the_release() -> None:
    notebook = nbformat.read(FIXTURE / place("notebooks", "04_architecture"), as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    found = {name: JudgeChecks()._check(cells[name], "architecture") for name in MOVED}
    assert {name: one[0].points for name, one in found.items() if one} == {
        name: cells[name].metadata.nbgrader.points for name in MOVED
    }
    for name, change in MOVED.items():
        now = getattr(architecture, name.removeprefix("check_")).points
        assert now == pytest.approx(change * cells[name].metadata.nbgrader.points)


def a_class(root: Path) -> None:
    """Write the folder of a course in which three students handed lesson 01 in."""
    shutil.copytree(FIXTURE / "notebooks", root / "notebooks")
    shutil.copy(FIXTURE / "class/nbgrader_config.txt", root / "nbgrader_config.py")
    shutil.copy(FIXTURE / "class/class.toml", root)
    save(written(FIRST, RIGHT), place(root / "solutions", FIRST))
    for student, kinds in CLASS.items():
        path = place(root / "submitted" / student, FIRST)
        save(written(FIRST, kinds), path)
        path.with_name("timestamp.txt").write_text(f"2027-02-0{3 if student == 'late' else 1} 12:00:00 UTC")


def rows(root: Path) -> list[list[Any]]:
    with closing(sqlite3.connect(root / "gradebook.db")) as gradebook:
        return [list(row) for row in gradebook.execute((FIXTURE / "class/rows.sql").read_text())]


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """The same class after grading: gradebook, ledger, seed, and the metadata of each check in graded notebooks."""
    a_class(tmp_path)
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as gradebook:
        gradebook.executescript((FIXTURE / "class/gradebook.sql").read_text())
    shutil.copytree(FIXTURE / "class/grading", tmp_path / "grading")
    for student, said in load("class/said.json").items():
        notebook = load(place("notebooks", FIRST))
        for cell in notebook["cells"]:
            if cell["id"] in said:
                cell["outputs"] = [{"output_type": "execute_result", "data": {}, "metadata": said[cell["id"]]}]
        save(notebook, place(tmp_path / "autograded" / student, FIRST))
    return tmp_path


@pytest.mark.slow
@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("release", ["theirs", pytest.param("ours", marks=pytest.mark.audit)])
def test_a_graded_class_is_known_and_graded_again(graded: Path, release: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def command(*arguments: str) -> list[list[Any]]:
        monkeypatch.delenv("CS231N_GRADING_SEED", raising=False)  # which reading a class's configuration sets
        assert main([*arguments, "--root", str(graded)]) == 0
        return rows(graded)

    if release == "theirs":
        assert command("grade", "1") == EXPECTED["rows"]
        assert not (graded / "feedback").exists()  # nobody was graded again
        command("report", "1", "--output", str(graded / "report"))
        with (graded / "report" / f"{FIRST}.csv").open(newline="") as table:
            _, *lines = csv.reader(table)
        assert [[*line[:5], line[6]] for line in lines] == EXPECTED["report"]
    else:
        shutil.copytree(ROOT / "notebooks", graded / "notebooks", dirs_exist_ok=True)
    assert command("grade", "1", "--again") == EXPECTED["rows"]
    assert len([*(graded / "feedback").rglob("*.html")]) == len(CLASS)


def test_a_copied_configuration_and_what_was_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CS231N_GRADING_SEED", "restored when this test ends")
    a_class(tmp_path)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path)).load_config()
    names = re.findall(r'"(cs231n_lib[.\w]+)"', (tmp_path / "nbgrader_config.py").read_text())
    named = [resolve_name(name) for name in names]
    kinds = [kind for kind in named if isinstance(kind, type) and issubclass(kind, Configurable)]
    known = {section: kind for kind in kinds for section in kind.section_names()}
    assert len(names) == 12
    for section in ("JudgeChecks", "SubmissionExporter", "PerDay"):
        for trait, value in config[section].items():
            assert getattr(known[section](config=config), trait) == value
    assert (config.PerDay.percent_a_day, config.PerDay.free_minutes) == (10, 60)
    asked = load("notebooks/releases.json")
    assert load(ROOT / "notebooks/releases.json")["0.1.0"] == asked["0.1.0"]
    asked["0.1.0"][FIRST].remove("find_kinks")
    save(asked, tmp_path / "notebooks/releases.json")
    with place(tmp_path / "submitted/half", FIRST).open() as file:
        rebuilt, _ = known["SubmissionExporter"](config=config).from_file(file, {"nbgrader": {"assignment": FIRST}})
    assert ("check_find_kinks" in rebuilt, "check_minibatches" in rebuilt) == (False, True)
