"""Broken and hostile submissions, each between two right ones: no other student loses a point, and nothing is won.

Each test prints a line for each kind: what it got, and what the two beside it got.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from cs231n_lib.classroom.grade import Grading
from cs231n_lib.classroom.nbgrader_course import nbgrader_api

pytestmark = [
    pytest.mark.audit,
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]

LESSON = "01_demo"
STUB = "    # Your code goes here, in place of the next line.\n    raise NotImplementedError"
RIGHT = {"double": "return 2 * x", "mean_square": "return scale * float(np.mean(x ** 2))"}
WRONG = {"double": "return x", "mean_square": "return 1e6"}
ALL = 90.0

Change = Callable[[NotebookNode], None]

CELLS = {
    "a loop in a cell": "while True:\n    pass",
    "a loop that ignores interrupts": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "a sleep": "import time\ntime.sleep(1000)",
    "more memory than there is": "held = [bytearray(10**9) for _ in range(100)]",
    "exit()": "exit()",
    "quit": "quit",
    "os._exit": "import os\nos._exit(3)",
    "sys.exit": "import sys\nsys.exit(1)",
    "a segmentation fault": "import ctypes\nctypes.string_at(0)",
    "stops itself": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "kills its parent": "import os\nos.kill(os.getppid(), 9)",
    "input()": "input()",
    "deep recursion": "def f(n):\n    return f(n + 1)\nf(0)",
    "prints without end": "for i in range(10**6):\n    print('x' * 100)",
    "processes": "import os, time\nfor _ in range(40):\n"
    "    if os.fork() == 0:\n        time.sleep(1000)\n        os._exit(0)",
    "a detached process": "import subprocess\nsubprocess.Popen(['sleep', '1000'], start_new_session=True)",
    "deletes the gradebook": "import os\nos.remove('ROOT/gradebook.db')",
    "locks the gradebook": "import sqlite3\nheld = sqlite3.connect('ROOT/gradebook.db')\n"
    "held.execute('begin exclusive')",
    "gives itself marks": "import sqlite3\ndb = sqlite3.connect('ROOT/gradebook.db')\n"
    "db.execute('update grade set manual_score = 0')\ndb.commit()",
    "deletes the course": "import shutil\nfor name in ('submitted', 'solutions', 'notebooks'):\n"
    "    shutil.rmtree('ROOT/' + name)",
    "rewrites the configuration": "open('ROOT/nbgrader_config.py', 'a').write('1 / 0')",
    "a startup file of IPython": "import pathlib\nfolder = pathlib.Path.home() / '.ipython/profile_default/startup'\n"
    "folder.mkdir(parents=True, exist_ok=True)\n(folder / 'x.py').write_text('import os; os._exit(1)')",
    "writes into the library": "import cs231n_lib\nopen(cs231n_lib.__file__, 'a').write('1 / 0')",
    "reaches the network": "import socket\nsocket.create_connection(('127.0.0.1', 22), 2)",
}
"""Beside right answers, which keep their points; `ROOT` is where the course is."""

NO_GRADE = {"a loop that ignores interrupts", "stops itself"}
"""What cannot be interrupted: the submission gets no grade so far, and is named."""


def cells(change: Callable[[list[NotebookNode]], list[NotebookNode]]) -> Change:
    def changed(notebook: NotebookNode) -> None:
        notebook.cells = change(notebook.cells)

    return changed


def marks(**marks: object) -> Change:
    def changed(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader |= marks

    return changed


def tagged(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution"]


def bare(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata = NotebookNode()


def another_kernel(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {"name": "julia", "display_name": "Julia", "language": "julia"}


NOTEBOOKS: Mapping[str, Change] = {
    "an old schema of marks": marks(schema_version=1),
    "a schema from the future": marks(schema_version=99),
    "grade is false": marks(grade=False),
    "solution is true": marks(solution=True),
    "other points": marks(points=1000),
    "marks of another kind": marks(grade="yes", points=[], cell_type={}),
    "a tag that skips": tagged,
    "no metadata": bare,
    "another kernel": another_kernel,
    "checks removed": cells(lambda c: [x for x in c if not x.id.startswith("check_")]),
    "copied cells": cells(lambda c: [*c, *[NotebookNode(x, id=f"{x.id}-2") for x in c]]),
    "many cells": cells(lambda c: [*c, *[new_code_cell(f"{i}") for i in range(300)]]),
}
FILES: Mapping[str, Callable[[str], bytes]] = {
    "a byte order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "Latin-1": lambda text: text.encode("latin-1", "replace"),
    "nbformat 5": lambda text: json.dumps(json.loads(text) | {"nbformat": 5}).encode(),
}
UNREADABLE: Mapping[str, tuple[Callable[[str], bytes], str]] = {
    "truncated": (lambda text: text[:-300].encode(), "the file ends in the middle"),
    "empty": (lambda text: b"", "it is empty"),
    "a web page": (lambda text: b"<!DOCTYPE html><title>Sign in</title>", "it is damaged or no notebook"),
    "a list": (lambda text: b"[1, 2, 3]", "it is no notebook"),
    "marks of a merge": (lambda text: b"<<<<<<< HEAD\n" + text.encode(), "a merge left its marks in it"),
}

ATTACKS = {
    "binds checks anew": "class checks:\n    double = mean_square = staticmethod(lambda: 90.0)",
    "patches NumPy": "np.isclose = np.allclose = np.array_equal = lambda *a, **k: True",
    "patches builtins": "import builtins\nbuiltins.all = builtins.any = builtins.round = lambda *a: 40.0",
    "changes the engine": "from cs231n_lib.checks import Exercise\n"
    "Exercise.__call__ = lambda self, *a, **k: self.points",
    "changes the remote end": "import cs231n_lib.checks.remote as r\nr.serve = lambda *a: None",
    "a transformer": "get_ipython().input_transformers_post.append(lambda lines: ['40.0\\n'])",
    "a hook before each cell": "get_ipython().events.register('pre_run_cell', lambda *a: vars(checks).clear())",
    "shows a result": "get_ipython().displayhook(40.0)",
    "an exception handler": "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: print(40.0))",
    "an import hook": "import sys\nsys.meta_path.insert(0, None)",
    "writes at the end": "import atexit\natexit.register(lambda: print(40.0))",
    "a thread": "import threading, time\ndef again():\n    while True:\n"
    "        vars(checks).clear()\n        time.sleep(0.01)\n"
    "threading.Thread(target=again, daemon=True).start()",
    "changes hashlib": "import hashlib\nhashlib.sha256 = hashlib.md5",
    "sends its own replies": "import socket\nsend = socket.socket.sendall\n"
    "socket.socket.sendall = lambda self, data, *a: send(self, b'\\xff' * len(data))",
    "a long header": "import socket\nsocket.socket.sendall = lambda self, data, *a: self.send(b'\\xff' * 16)",
    "reads the solution": "open('ROOT/solutions/01_demo/01_demo.ipynb').read()",
}
"""Before wrong answers, which stay without points."""


def hand_in(
    root: Path, student: str, answers: Mapping[str, str], before: str = "", change: Change | None = None
) -> Path:
    notebook = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.id in answers:
            cell.source = cell.source.replace(STUB, f"    {answers[cell.id]}")
    if before:
        notebook.cells.insert(2, new_code_cell(before.replace("ROOT", str(root))))
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
    assert {kind for kind, points in got.items() if points != ALL} <= NO_GRADE
    assert all(isinstance(got[kind], str) or got[kind] == ALL for kind in NO_GRADE)


def test_what_programs_and_accidents_do_to_a_file_costs_nothing(course: Path) -> None:
    def written(student: str, encode: Callable[[str], bytes]) -> Path:
        path = hand_in(course, student, RIGHT)
        path.write_bytes(encode(path.read_text()))
        return path

    kinds: dict[str, Callable[[str], Path]] = {
        kind: lambda s, change=change: hand_in(course, s, RIGHT, change=change) for kind, change in NOTEBOOKS.items()
    }
    kinds |= {kind: lambda s, encode=encode: written(s, encode) for kind, encode in FILES.items()}
    kinds["another name"] = lambda s: hand_in(course, s, RIGHT).rename(
        course / "submitted" / s / LESSON / f"{LESSON} (1).ipynb"
    )
    kinds |= {kind: lambda s, encode=encode: written(s, encode) for kind, (encode, _) in UNREADABLE.items()}
    expected = dict.fromkeys(kinds, ALL) | {kind: why for kind, (_, why) in UNREADABLE.items()}
    assert graded(course, kinds) == expected


def test_attacks_with_wrong_answers_gain_nothing(course: Path) -> None:
    kinds = {kind: lambda s, code=code: hand_in(course, s, WRONG, code) for kind, code in ATTACKS.items()}
    assert graded(course, kinds) == dict.fromkeys(ATTACKS, 0.0)
