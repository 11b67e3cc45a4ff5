"""The library runs where Python has one thread, no processes, no alarms and no CPU time, as in a browser.

`like_a_browser.py` takes these away. A real browser runs in the audit.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent, indent

import pytest

from cs231n_lib import browser
from cs231n_lib.course.student.notebook import read

ROOT = Path(__file__).parents[1]
LESSON = ROOT / "solutions/01_optimization/01_optimization.ipynb"
EXERCISES = len(read(LESSON).checks)
STUDENTS = ("checks", "datasets", "functions", "network", "training", "search", "widgets", "lessons", "course")
"""Packages that a lesson imports."""

FIRST_CELL = """
import numpy as np

from cs231n_lib import MLP, SGD, LiveDashboard, Trainer
from cs231n_lib.course import milestones, mine
from cs231n_lib.lessons.optimization import checks, experiments, explorables, pictures
"""

TRAINING = """
from cs231n_lib.training.run import Callback

rng = np.random.default_rng(0)
x, y = rng.standard_normal((500, 20)).astype(np.float32), rng.integers(0, 2, 500)


def trained(*callbacks):
    trainer = Trainer(MLP((20, 50, 2), rng=np.random.default_rng(0)), SGD(lr=0.1), rng=rng)
    return trainer.fit((x, y), epochs=2_000, callbacks=callbacks)


class At100(Callback):
    def __init__(self, call):
        self.call = call

    def on_step(self, run):
        if run.step == 100:
            self.call()
"""

BUTTONS = """
from cs231n_lib import browser

buttons, make = [], browser.stop_button


def stop_button(channel):
    buttons.append(make(channel))
    return buttons[-1]


browser.stop_button = stop_button
"""

either_channel = pytest.mark.parametrize("pauses", [True, False], ids=["BroadcastChannel", "file"])


def run(folder: Path, *parts: str, pauses: bool = True) -> str:
    """Return what a program prints in JupyterLite's ``folder``, where Python ``pauses`` for the page or cannot."""
    program, here = folder / "program.py", folder / "drive/01_optimization"
    program.write_text("\n".join(map(dedent, parts)), encoding="utf-8")
    here.mkdir(parents=True, exist_ok=True)
    before = list(here.iterdir())
    command = [sys.executable, str(ROOT / "tests/like_a_browser.py"), str(program)]
    drive = [] if pauses else [str(here.parent)]
    done = subprocess.run([*command, *drive], cwd=here, capture_output=True, text=True, encoding="utf-8")
    assert done.stderr == ""  # a page shows it in red
    assert done.returncode == 0, done.stdout
    assert list(here.iterdir()) == before
    return done.stdout


def test_every_module_of_the_lessons_can_be_imported(tmp_path: Path) -> None:
    files = [path for package in STUDENTS for path in sorted((ROOT / "cs231n_lib" / package).rglob("*.py"))]
    needs_more = {"tpe.py", "nbgrader_config.py", "kernels.py"}
    names = [path.relative_to(ROOT).with_suffix("").as_posix() for path in files if path.name not in needs_more]
    assert len(names) > 150
    assert (
        run(tmp_path, "\n".join(f"import {name.replace('/', '.').removesuffix('.__init__')}" for name in names)) == ""
    )


def test_checks_of_lesson_01_pass_its_answers(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        f"""
        import json
        from pathlib import Path

        notebook = json.loads(Path({str(LESSON)!r}).read_text(encoding="utf-8"))
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for cell in code:
            kind = cell["metadata"].get("nbgrader", {{}})
            if cell is code[0] or kind.get("solution") or kind.get("grade"):
                run_cell("".join(cell["source"]))
        """,
    )
    points = [float(line.partition(": ")[2]) for line in said.splitlines() if line.startswith("Out[")]
    assert (len(points), sum(points)) == (EXERCISES, 94)


def test_wrong_answer_gets_its_name_and_place(tmp_path: Path) -> None:
    answer = "def relative_error(a, b):\n    return np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))"
    check = "print(checks.relative_error().text())"
    said = run(tmp_path, *(f"run_cell({cell!r})" for cell in (FIRST_CELL, answer, check)))
    assert "Partly right: relative_error, 5.1 of 6 points" in said
    assert "Likely mistake: you divide 0 by 0" in said
    assert "Where: line 2: you divide 0 by 0" in said


@pytest.mark.parametrize("cpu_time", [False, True], ids=["elapsed time", "CPU time"])
def test_endless_answer_is_interrupted(tmp_path: Path, cpu_time: bool) -> None:
    said = run(
        tmp_path,
        FIRST_CELL,
        f"""
        def relative_error(a, b):
            while True:
                pass

        object.__setattr__(checks.relative_error, "seconds", 0.4)
        object.__setattr__(checks.relative_error, "cpu_time", {cpu_time})
        print(checks.relative_error(relative_error).text())
        """,
    )
    assert "0 of 6 points" in said
    assert "Interrupted after 0.4 seconds" in said


def test_mistakes_have_four_times_the_limit_of_an_answer(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        """
        from time import monotonic

        from cs231n_lib.checks.evaluate.rows import evaluation_of_mistake
        from cs231n_lib.lessons.architecture import checks as fourth
        from cs231n_lib.lessons.training import checks as ninth

        for exercise in (fourth.train_mlp, ninth.fit):  # the limit of training is already that of a browser
            mistakes = evaluation_of_mistake(exercise, exercise.mistakes[0], None)
            print(exercise.seconds, round(mistakes.runner.deadline - monotonic()))
        """,
    )
    assert said.splitlines() == ["10.0 40", "400.0 400"]


@pytest.mark.parametrize("catches", [False, True])
def test_stop_ends_a_check(tmp_path: Path, catches: bool) -> None:
    loop = "while True:\n    click()"
    caught = f"while True:\n    try:\n{indent(loop, 8 * ' ')}\n    except BaseException:\n        pass"
    said = run(
        tmp_path,
        BUTTONS,
        FIRST_CELL,
        """
        from cs231n_lib import front_end

        front_end._Wait.PATIENCE = 0.1


        def click():
            if buttons and not page.sent:
                page.click(buttons[0].stop_channel)
        """,
        f"def relative_error(a, b):\n{indent(caught if catches else loop, '    ')}",
        """
        try:
            checks.relative_error(relative_error)
        except KeyboardInterrupt:
            print("stopped", len(buttons), page.open)
        """,
        pauses=False,
    )
    assert said.splitlines()[-1] == "stopped 1 {}"


def test_search_for_an_edit_ends_in_time(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        FIRST_CELL,
        """
        from time import sleep

        from cs231n_lib.checks.locate.repairs import find_repair
        from cs231n_lib.checks.run.instrument import text_of

        text, tried = text_of(checks.train_softmax_classifier.reference), []
        find_repair(text, lambda function: tried.append(sleep(0.05)) or len(tried) > 20, 0.2)
        print(len(tried))
        """,
    )
    assert 1 <= int(said) <= 5


def test_map_shows_the_points_of_saved_lessons(tmp_path: Path) -> None:
    lesson = tmp_path / "drive/01_optimization"
    lesson.mkdir(parents=True)
    shutil.copy(LESSON, lesson)
    said = run(
        tmp_path,
        """
        from pathlib import Path

        from cs231n_lib.course.map import CourseMap

        print(CourseMap(Path("..")))
        """,
    )
    assert f"94 of 100 · {EXERCISES} of {EXERCISES} exercises right" in said


@either_channel
def test_stop_ends_the_run_of_a_dashboard(tmp_path: Path, pauses: bool) -> None:
    said = run(
        tmp_path,
        FIRST_CELL,
        TRAINING,
        """
        live = LiveDashboard()
        history = trained(live, At100(lambda: page.click(live._plot.screen.stop_channel)))
        print(history.stopped, live._plot.screen.stop_channel, page.open)
        """,
        pauses=pauses,
    )
    caption, state = said.splitlines()[-2:]
    assert "stopped on request" in caption
    assert state.startswith("stopped on request after step")
    assert state.endswith("{} {}")  # the page may no longer ask


@either_channel
def test_stop_of_a_bar_ends_the_cell(tmp_path: Path, pauses: bool) -> None:
    said = run(
        tmp_path,
        BUTTONS,
        """
        from time import sleep

        from cs231n_lib.front_end import progress_bar

        try:
            with progress_bar(100, "trial") as bar:
                page.click(buttons[0].stop_channel)
                for _ in range(100):
                    sleep(0.02)
                    with progress_bar(1, "step") as inner:
                        inner.update()
                    bar.update()
        except KeyboardInterrupt:
            print(len(buttons), bar.n < 99, page.open)
        """,
        pauses=pauses,
    )
    assert said.splitlines()[-1] == "1 True {}"


@either_channel
def test_stop_ends_the_measurement_of_a_prediction(tmp_path: Path, pauses: bool) -> None:
    said = run(
        tmp_path,
        FIRST_CELL,
        TRAINING,
        BUTTONS,
        """
        from cs231n_lib.front_end import one_by_one
        from cs231n_lib.widgets.measuring import STOPPED, Measurement

        ended, shown = [], []

        def experiment():
            for _ in one_by_one(range(3), "training"):
                ended.append(trained(At100(lambda: page.click(buttons[0].stop_channel))).stopped)

        Measurement(experiment, shown.append).begin()
        print(len(ended), shown[-1].text == STOPPED, page.open)
        """,
        pauses=pauses,
    )
    assert said.splitlines()[-1] == "1 True {}"


def test_several_workers_become_one(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        FIRST_CELL,
        """
        from cs231n_lib.search import grid_search

        found = grid_search(lambda lr: -lr, {"lr": [0.1, 0.2, 0.3]}, workers=4)
        print(found.best.parameters["lr"], len(found.trials), found.note)
        """,
    )
    assert said.splitlines()[-1] == "0.1 3 A browser runs a single process, so the trials run one after another."


def test_only_harmless_messages_are_hidden(tmp_path: Path) -> None:
    said = run(
        tmp_path,
        """
        import logging
        import sys
        import warnings

        sys.stderr = sys.stdout
        import cs231n_lib.front_end

        fonts = logging.getLogger("matplotlib.font_manager")
        fonts.warning("Matplotlib is building the font cache; this may take a moment.")
        fonts.warning("findfont: Font family not found")
        from tqdm.notebook import tqdm

        bar = tqdm(total=1, display=False)
        warnings.warn("look at this", stacklevel=1)
        """,
    )
    assert "font cache" not in said
    assert "monitor" not in said
    assert "findfont" in said
    assert "look at this" in said


def test_messages_advise_what_a_browser_has(monkeypatch: pytest.MonkeyPatch) -> None:
    assert browser.install("cs231n_lib[hpo]") == 'Install it: pip install "cs231n_lib[hpo]"'
    assert browser.other_folder("start").endswith("python -m cs231n_lib start FOLDER")
    monkeypatch.setattr(browser, "IN_BROWSER", True)
    assert "pip" not in browser.install("cs231n_lib[hpo]")
    assert browser.other_folder("start") == ""


def test_computer_needs_no_channel() -> None:
    channel = browser.StopChannel()
    assert (browser.IN_BROWSER, browser.SLOWNESS, channel.address, channel.requested()) == (False, 1, {}, False)
    channel.close()
