"""What a student takes home runs alone, holds what they wrote and no line of the library's, and replaces nothing."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import bare
import numpy as np
import pytest
from packaging.requirements import Requirement

from cs231n_lib.__main__ import main
from cs231n_lib.checks.slips import parts
from cs231n_lib.course import mine, take_home
from cs231n_lib.course.library.collect import FOLDER, Library, LibraryError, collect, conflicting_files, write
from cs231n_lib.course.plan import LESSONS, Lesson
from cs231n_lib.course.student.definitions import statements
from cs231n_lib.course.student.notebook import parse
from cs231n_lib.course.student.progress import notebook_path
from cs231n_lib.course.take_home import TakeHome

ROOT = Path(__file__).parents[2]
FIRST, SECOND, THIRD, FOURTH, FIFTH = LESSONS[:5]
MARKS = re.compile(r"^ *### (?:BEGIN|END) SOLUTION\n?", re.MULTILINE)
WRITTEN = [lesson for lesson in LESSONS if (ROOT / "solutions" / notebook_path(lesson)).exists()]


def hand_in(course: Path, lesson: Lesson, answers: dict[str, str], *own: str) -> None:
    """A saved notebook of a lesson with these answers, and cells of the student's own before and after them."""
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in own[:1]]
    for name, source in answers.items():
        marks = {"grade_id": name, "solution": True, "grade": False}
        cells.append({"cell_type": "code", "source": source, "metadata": {"nbgrader": marks}, "outputs": []})
    cells += [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in own[1:]]
    path = course / notebook_path(lesson)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))


def solved(course: Path) -> None:
    """The course as it is when each answer is the library's."""
    for lesson in WRITTEN:
        notebook = json.loads((ROOT / "solutions" / notebook_path(lesson)).read_text())
        for cell in notebook["cells"]:
            cell["source"] = MARKS.sub("", "".join(cell["source"]))
        path = course / notebook_path(lesson)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))


def loaded(library: Library, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that was put together."""
    module = ModuleType("my_nn")
    monkeypatch.setitem(sys.modules, "my_nn", module)
    exec(compile(library.files["my_nn.py"], "my_nn.py", "exec"), vars(module))
    return module


def alone(folder: Path, code: str, packages: Path) -> str:
    """What a fresh Python prints in a folder, where it finds NumPy and nothing of the course."""
    return bare.run(sys.executable, "-P", "-S", "-c", f"import sys; sys.path.insert(0, ''); {code}",
                    path=[packages], cwd=folder)  # fmt: skip


IMPORTS = "import numpy as np\nfrom cs231n_lib import batches, losses\nfrom cs231n_lib.course import mine"
AFFINE = "def affine_forward(x, w, b):\n    return x @ w + b, (x, w)"
RELU = "def relu_forward(x):\n    '''Mine.'''\n    return np.maximum(x, 0), x"
MLP = """def mlp_forward(x, weights, biases):
    relu_forward = mine.relu_forward
    for w, b in zip(weights[:-1], biases[:-1]):
        x = relu_forward(mine.affine_forward(x, w, b)[0])[0]
    return mine.affine_forward(x, weights[-1], biases[-1])[0]
"""


@pytest.mark.audit
def test_whole_library_needs_only_numpy_and_passes_its_examples(tmp_path: Path) -> None:
    solved(tmp_path / "course")
    library = collect(tmp_path / "course")
    assert not library.missing
    assert {name for names in library.functions.values() for name in names} == set(mine.exercises())
    write(library, tmp_path / "home")
    packages = bare.link([Requirement("numpy")], tmp_path / "packages")
    count = len(mine.exercises())
    said = alone(tmp_path / "home", "import runpy; runpy.run_path('test_my_nn.py', run_name='__main__')", packages)
    assert said == f"{count} of {count} examples pass\n"
    absent = "from importlib.util import find_spec; print(find_spec('cs231n_lib'), find_spec('matplotlib'))"
    assert alone(tmp_path / "home", absent, packages) == "None None\n"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."], cwd=tmp_path / "home",
        capture_output=True, text=True,
    )  # fmt: skip
    assert f"{count} passed" in done.stdout


@pytest.mark.audit
def test_functions_in_the_written_file_still_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solved(tmp_path)
    module = loaded(collect(tmp_path), monkeypatch)
    for name, (exercise, _) in mine.exercises().items():
        result = exercise(getattr(module, name), where=False)
        assert all(row.passed for row in result.rows), result.text()


def test_library_takes_what_a_function_uses_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper = "import os, numpy as np\nSHIFT = 0.0  # not used up\nSHIFT += 1\n\n"
    helper += (
        "# At least 1.\n@staticmethod\ndef scale(a):\n    return np.where(a == 0, SHIFT, a)\nprint('no')\ntable = 1 / 0"
    )
    answer = (
        "def relative_error(a, b):\n    # Your code goes here, in place of the next line.\n    table = np.abs(a - b)\n"
    )
    answer += "    return table / scale(np.maximum(np.abs(a), np.abs(b)))  # naïve"
    hand_in(tmp_path, FIRST, {"relative_error": answer}, helper)
    library = collect(tmp_path)
    text = library.files["my_nn.py"]
    assert library.functions == {FIRST: ["relative_error"]}
    assert loaded(library, monkeypatch).relative_error(np.array([1.0]), np.array([2.0])) == 0.5
    assert "SHIFT = 0.0  # not used up\nSHIFT += 1\n\n\n# At least 1.\n@staticmethod\ndef scale(a):" in text
    assert "  # naïve" in text
    assert '    """|a - b| / max(|a|, |b|) entry by entry' in text  # the course's, for the student wrote none
    for absent in ("import os", "print", "1 / 0", "Your code goes here", "cs231n_lib import"):
        assert absent not in text
    assert ast.get_docstring(ast.parse(text))


def test_library_calls_lead_to_the_students_earlier_functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shuffled = "def minibatches(n, batch_size, rng):\n    order = rng.permutation(n)\n    MINE.append(n)\n"
    shuffled += "    return [order[i : i + batch_size] for i in range(0, n, batch_size)]"
    trained = (ROOT / "solutions" / notebook_path(FIRST)).read_text()
    (train,) = [
        MARKS.sub("", "".join(cell["source"]))
        for cell in json.loads(trained)["cells"]
        if cell["id"] == "train_softmax_classifier"
    ]
    hand_in(tmp_path, FIRST, {"minibatches": shuffled, "train_softmax_classifier": train}, f"{IMPORTS}\nMINE = []")
    hand_in(tmp_path, SECOND, {"affine_forward": AFFINE})
    hand_in(tmp_path, THIRD, {"relu_forward": RELU}, IMPORTS)
    hand_in(tmp_path, FOURTH, {"mlp_forward": MLP}, IMPORTS)
    library = collect(tmp_path)
    module = loaded(library, monkeypatch)
    assert "'''Mine.'''" in library.files["my_nn.py"]
    eye = np.eye(2)
    np.testing.assert_array_equal(
        module.mlp_forward(np.array([[2.0, -1.0]]), [eye, -eye], [np.zeros(2), np.ones(2)]), [[-1, 1]]
    )
    with pytest.raises(NotImplementedError) as missing:
        module.train_softmax_classifier(eye, np.array([0, 1]), 2, 1.0, 1, 2, np.random.default_rng(0))
    assert module.MINE[-1:] == [2]  # `batches.minibatches` is the student's own
    assert str(missing.value).startswith(
        "softmax_cross_entropy is missing in this file, because its exercise in lesson 02,"
    )
    tests = library.files["test_my_nn.py"]
    assert "def test_mlp_forward" in tests
    assert "def test_train_softmax_classifier" not in tests  # it could only fail
    assert "`train_softmax_classifier` is included, but calls `softmax_cross_entropy`." in library.files["README.md"]


def test_clashing_names_get_the_number_of_their_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = "def relative_error(a, b):\n    return helper(a, b, size) / clip(size(a, b))"
    helpers = "import numpy as np\nfrom numpy import abs as size_of"
    helpers += "\ndef size(a, b):\n    return np.maximum(size_of(a), size_of(b))"
    helpers += "\ndef helper(a, b, size):\n    return size_of(a - b)\ndef clip(a):\n    return np.where(a == 0, 1, a)"
    hand_in(tmp_path, FIRST, {"relative_error": first}, helpers)
    second = "def affine_forward(x, w, b):\n    size = helper(x, w)\n    return size + l2(b), (x, w)"
    others = (
        "from numpy import matmul as size_of\ndef helper(x, w):\n    return size_of(x, w)\ndef l2(b):\n    return b"
    )
    others += "\ndef sum(x):\n    return x.sum(axis=0)"
    back = "def affine_backward(dout, cache):\n    (x, w), helper = cache, sum\n"
    back += "    return dout @ w.T, x.T @ dout, helper(dout)"
    hand_in(tmp_path, SECOND, {"affine_forward": second, "affine_backward": back}, others)
    third = "def relu_forward(x):\n    return x * (clip(x) == x) * (x > 0), x"
    hand_in(tmp_path, THIRD, {"relu_forward": third},
            "import numpy as np\ndef clip(a):\n    return np.where(a == 0, 1, a)")  # fmt: skip
    library = collect(tmp_path)
    text, module = library.files["my_nn.py"], loaded(library, monkeypatch)
    for name in ("relative_error", "affine_forward", "affine_backward", "relu_forward"):
        exercise, _ = mine.exercises()[name]
        assert all(row.passed for row in exercise(getattr(module, name), where=False).rows), text
    for once in ("def helper(", "def helper_02(", "def l2_02(", "def sum_02(", "def clip(",
                 "from numpy import abs as size_of", "from numpy import matmul as size_of_02"):  # fmt: skip
        assert text.count(once) == 1, once
    assert "size = helper_02(x, w)" in text
    with pytest.raises(NotImplementedError, match="l2 is missing in this file, because its exercise in lesson 07, Reg"):
        module.l2(np.ones(2), 1.0)


LEFT_OUT = {
    "a function of the package": ("import cs231n_lib.functions.layers as layers", "    layers.np.shape(x)\n",
                                  "it uses `layers.np` of cs231n_lib, which cannot be copied. Write the function"),
    "the package handed on": ("from cs231n_lib import losses", "    str(losses)\n", "it uses `losses` of cs231n_lib"),
    "an import within": ("", "    from cs231n_lib import losses\n", "it imports cs231n_lib inside a function"),
    "a constant of a missing function": ("C = lambda: None\nfrom cs231n_lib.functions.regularizers import l2\n"
                                         "C.a = 3\nD = l2(np.ones(2), 1.0)", "    str(D)\n",
                                         "because its statement `D = l2(np.ones(2), 1.0)` fails in the module"),
}  # fmt: skip


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_uncopyable_function_is_left_out_and_the_rest_is_kept(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports, line, why = LEFT_OUT[kind]
    hand_in(tmp_path, SECOND, {"affine_forward": AFFINE})
    answer = f"def relu_forward(x):\n{line}    return np.maximum(x, 0), x"
    hand_in(tmp_path, THIRD, {"relu_forward": answer}, f"import numpy as np\n{imports}")
    library = collect(tmp_path)
    assert library.functions[SECOND] == ["affine_forward"]
    assert why in library.missing[THIRD]["relu_forward"]
    assert why in library.files["README.md"]
    with pytest.raises(NotImplementedError, match="relu_forward is missing in this file"):
        loaded(library, monkeypatch).relu_forward(np.ones(2))


def test_library_contains_no_solution_of_the_course(tmp_path: Path) -> None:
    hand_in(tmp_path, SECOND, {"affine_forward": AFFINE, "affine_backward": "def affine_backward(d, c):\n    return d"})
    files = "\n".join(collect(tmp_path).files.values())
    lines = {line.strip() for line in files.splitlines()}
    for name, (exercise, _) in mine.exercises().items():
        body = {line.strip() for line in parts(exercise.reference)[2].splitlines() if len(line.strip()) > 25}
        if name != "affine_forward":
            assert not body & lines, name


def test_unreadable_notebook_is_reported_and_the_others_kept(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    hand_in(tmp_path, SECOND, {"affine_forward": AFFINE})
    hand_in(tmp_path, THIRD, {})
    (tmp_path / notebook_path(THIRD)).write_text('{"cells": [')
    assert main(["my-library", "--root", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "Left out: 03_activations.ipynb cannot be read (the file ends in the middle)" in said.err
    assert f"1 of the course's {len(mine.exercises())} functions is yours" in said.out
    readme = (tmp_path / FOLDER / "README.md").read_text()
    assert "`relu_backward`, `leaky_relu`" in readme
    assert readme.count("03_activations.ipynb cannot be read") == 1


def test_missing_lessons_and_missing_full_marks_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["my-library", "--root", str(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith(
        f"{tmp_path} has no lessons. Change to the course's folder, or pass it with --root.\n"
    )
    hand_in(tmp_path, SECOND, {"affine_forward": AFFINE.replace("+ b", "- b")})
    assert main(["my-library", "--root", str(tmp_path)]) == 1
    assert f"No answer in {tmp_path} has full marks yet, so nothing was written" in capsys.readouterr().err
    assert not (tmp_path / FOLDER).exists()


def test_files_are_replaced_only_after_confirmation(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(tmp_path, SECOND, {"affine_forward": AFFINE})
    command, mine_ = ["my-library", str(tmp_path / "home"), "--root", str(tmp_path)], tmp_path / "home/my_nn.py"
    assert main(command) == 0
    written = mine_.read_text()
    assert main(command) == 0  # the same again asks nothing
    for answer, replaced in ((None, False), ("", False), ("n", False), ("y", True)):
        mine_.write_text("my own changes")
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda answer=answer: answer is not None))
        monkeypatch.setattr("builtins.input", lambda said, answer=answer: answer)
        assert main(command) == (0 if replaced else 1)
        assert (mine_.read_text() == written) is replaced
    assert "Nothing was written. Add --replace to replace my_nn.py in " in capsys.readouterr().err
    mine_.write_text("my own changes")
    assert main([*command, "--replace"]) == 0
    assert mine_.read_text() == written


def test_unwritable_folder_is_reported_and_nothing_written(tmp_path: Path) -> None:
    hand_in(tmp_path, SECOND, {"affine_forward": AFFINE})
    (tmp_path / "file").write_text("")
    library = collect(tmp_path)
    assert conflicting_files(library, tmp_path / "file") == []
    with pytest.raises(LibraryError, match=r"file cannot be written .*nothing was written\."):
        write(library, tmp_path / "file")


def pressed(asked: TakeHome, button: int) -> str:
    controls, said = asked._widget().children[:2]
    controls.children[button].click()
    return said.value


def test_the_button_writes_and_asks_before_it_replaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "has no lessons" in pressed(TakeHome(tmp_path), 0)
    hand_in(tmp_path, SECOND, {"affine_forward": AFFINE})
    assert "<strong>Written</strong>" in pressed(TakeHome(tmp_path), 0)
    path = tmp_path / FOLDER / "my_nn.py"
    written = path.read_text()
    path.write_text("my own")
    controls, said = TakeHome(tmp_path)._widget().children[:2]
    assert controls.children[1].layout.display == "none"
    controls.children[0].click()
    assert "different versions of <code" in said.value
    assert controls.children[1].layout.display is None
    assert path.read_text() == "my own"
    controls.children[1].click()
    assert "<strong>Written</strong>" in said.value
    assert (path.read_text(), controls.children[1].layout.display) == (written, "none")
    monkeypatch.setattr(take_home, "has_live_front_end", lambda: False)
    shown: list[object] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    TakeHome(tmp_path)._ipython_display_()
    assert "python -m cs231n_lib my-library" in shown[0]._repr_mimebundle_()["text/html"]


RENAMES: list[tuple[str, Callable[[str], bool]]] = [
    ("def f(n):\n    return n", lambda text: "n_02" not in text),  # a parameter
    ("def f(x):\n    n = x\n    return [n for n in x]", lambda text: "n_02" not in text),
    ("def f(x, y=n):\n    return x.n + n", lambda text: text == "def f(x, y=n_02):\n    return x.n + n_02"),
    ("class F:\n    n = 1\n    def g(self):\n        return n", lambda t: t.endswith("n_02") and " n = 1" in t),
    ("é, n = 'n', 2", lambda text: text == "é, n_02 = 'n', 2"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "right"), RENAMES)
def test_renaming_changes_only_notebook_names(source: str, right: Callable[[str], bool]) -> None:
    (statement,) = statements(source)
    assert right(statement.renamed({"n": "n_02"}))


def test_statements_that_share_a_line_come_one_by_one() -> None:
    assert [one.text for one in statements("a = 1; b = a")] == ["a = 1", "b = a"]
    assert statements("return 3") == ()
    # Where Python keeps annotations, in 3.14 under a name that it binds, is nothing that a student defines.
    (annotated,) = statements("n: int = 3")
    assert (annotated.binds, annotated.uses) == ({"n"}, {"int"})
    assert parse(b'{"cells": []}').answers == {}
