"""Building, running and releasing the fixture course, and comparing a fresh build with what stands there."""

import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cs231n_lib.classroom.release.build import build, build_environment, keep_measured_figures, write
from cs231n_lib.classroom.release.source import BuildError
from cs231n_lib.classroom.release.verify import asked, leaks, verify
from cs231n_lib.course.overview.readme import BEGIN, END
from cs231n_lib.course.plan import BRIDGE

pytestmark = pytest.mark.slow

RELEASE = Path("notebooks", "01_demo", "01_demo.ipynb")
SOLUTION = Path("solutions", "01_demo", "01_demo.ipynb")
HOME = "course_lessons"


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """The built course, to be changed."""
    return Path(shutil.copytree(built, tmp_path / "course"))


def cells(path: Path) -> dict[str, NotebookNode]:
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def change(path: Path, cell_id: str, **changes: object) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.id == cell_id:
            cell.update(changes)
    path.write_text(nbformat.writes(notebook) + "\n")


def test_solution_is_executed_and_earns_all_points(built: Path) -> None:
    solution = cells(built / SOLUTION)
    assert solution["check_double"].outputs[0].data["text/plain"] == "40.0"
    assert solution["mean_square"].outputs[0].text == "0.5\n"


def test_release_keeps_the_answers_to_itself(built: Path) -> None:
    release = cells(built / RELEASE)
    assert release["double"].source.splitlines()[-1] == "    raise NotImplementedError"
    assert "rubric" not in release["reflection"].source
    assert all(not cell.get("outputs") for cell in release.values())
    assert [path.name for path in (built / "notebooks" / "01_demo").iterdir()] == ["01_demo.ipynb"]
    assert leaks(built, "01_demo") == []


def test_first_code_cell_says_how_to_install_the_package(built: Path) -> None:
    first = next(cell for cell in cells(built / RELEASE).values() if cell.cell_type == "code")
    wheel = f"cs231n_lib-{version('cs231n_lib')}-py3-none-any.whl"
    how = f"Put {wheel} into the notebook's folder. Then run this in a new cell: %pip install {wheel}"
    assert first.source.startswith(f"# No module named cs231n_lib? {how}\n")


def test_long_product_does_not_crash_in_a_build() -> None:
    """OpenBLAS 0.3.34 overflows a buffer on Zen 4 and 5 if the kernel alone is chosen."""
    product = "import numpy as np; print((np.ones((300, 4000)) @ np.ones((4000, 500)))[0, 0])"
    done = subprocess.run([sys.executable, "-c", product], env=build_environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "4000.0\n")


def test_build_leaves_no_gradebook(built: Path) -> None:
    assert sorted(path.name for path in built.iterdir()) == ["nbgrader_config.py", "notebooks", "solutions"]


@pytest.mark.audit
def test_ungraded_notebook_is_built_without_checks_or_points(copy: Path) -> None:
    path = copy / "solutions" / BRIDGE.folder / f"{BRIDGE.folder}.py"
    path.parent.mkdir()
    path.write_text("# %% [markdown]\n# Beyond.\n\n# %%\nprint(1 + 1)\n")
    build(copy, [BRIDGE.folder], home=HOME)
    (shown,) = cells(path.with_suffix(".ipynb"))["code-01"].outputs
    released = copy / "notebooks" / BRIDGE.folder / f"{BRIDGE.folder}.ipynb"
    assert shown.text == "2\n"
    assert not cells(released)["code-01"].outputs
    assert nbformat.read(released, as_version=4).metadata.cs231n == {"version": version("cs231n_lib")}
    assert BRIDGE.folder not in asked(copy)
    assert verify(copy, home=HOME) == []


def test_start_page_is_executed(built: Path) -> None:
    assert cells(built / "notebooks" / "index.ipynb")["code-01"].outputs[0].text == "nine lessons\n"


@pytest.mark.audit
def test_two_builds_are_byte_identical(built: Path, course: Path) -> None:
    build(course, home=HOME)
    for path in (RELEASE, SOLUTION, Path("notebooks", "index.ipynb")):
        assert (course / path).read_bytes() == (built / path).read_bytes()


def test_fresh_build_has_nothing_to_report(built: Path) -> None:
    assert verify(built, home=HOME) == []


def test_verify_names_each_stale_cell_and_the_remedy(copy: Path) -> None:
    text = (copy / SOLUTION).with_suffix(".py")
    text.write_text(text.read_text().replace("Return twice x.", "Return x twice."))
    change(copy / RELEASE, "markdown-00", source="# An older title")
    found = verify(copy, home=HOME)
    assert [line.partition(" from a fresh build")[0] for line in found] == [
        f"{copy / RELEASE}, cell markdown-00 (# An older title): source differs",
        f"{copy / RELEASE}, cell double (def double(x):): source differs",
        f"{copy / RELEASE}, cell double (def double(x):): metadata differ",
        f"{copy / SOLUTION}, cell double (def double(x):): source differs",
    ]
    assert all("make notebooks" in line for line in found)


def test_verify_does_not_compare_outputs(copy: Path) -> None:
    change(copy / SOLUTION, "mean_square", outputs=[new_output("stream", text="0.7\n")])
    assert verify(copy, home=HOME) == []


@pytest.mark.parametrize("page", [SOLUTION, Path("notebooks", "index.ipynb")])
def test_verify_refuses_a_notebook_that_was_never_run(copy: Path, page: Path) -> None:
    (copy / page).unlink()
    with pytest.raises(BuildError, match=r"cell code-01 .*has no outputs(.|\n)*make notebooks"):
        verify(copy, home=HOME)


@pytest.mark.parametrize(
    "outputs",
    [
        [new_output("execute_result", {"text/plain": "39.0"}, execution_count=1)],
        [
            new_output("execute_result", {"text/plain": "40.0"}, execution_count=1),
            new_output("stream", name="stderr", text="DeprecationWarning"),
        ],
    ],
)
def test_verify_refuses_stored_outputs_without_full_points(copy: Path, outputs: list[NotebookNode]) -> None:
    change(copy / SOLUTION, "check_double", outputs=outputs)
    with pytest.raises(BuildError, match=r"cell check_double .*should earn 40.0 points(.|\n)*make notebooks"):
        verify(copy, home=HOME)


@pytest.mark.parametrize(
    ("cell_id", "changes", "reason"),
    [
        ("double", {"source": "    ### BEGIN SOLUTION"}, "the mark 'BEGIN SOLUTION'"),
        ("markdown-00", {"source": "    return scale * total / len(x)"}, ""),
        ("markdown-00", {"source": "Adding:\n    # Adding is as good as multiplying.\n    return x + x"}, "of double"),
        ("reflection", {"source": "Two points for each reason: the rubric."}, "of reflection"),
        ("code-01", {"execution_count": 1}, "an output"),
    ],
)
def test_leaks_are_found(copy: Path, cell_id: str, changes: dict[str, object], reason: str) -> None:
    change(copy / RELEASE, cell_id, **changes)
    found = leaks(copy, "01_demo")
    assert [f"cell {cell_id}" in line and reason in line for line in found] == [True] * bool(reason)


def test_a_file_beside_the_released_lesson_is_a_leak(copy: Path) -> None:
    shutil.copy(copy / "solutions" / "01_demo" / "01_demo.py", copy / "notebooks" / "01_demo" / "01_demo.py")
    assert "01_demo.py: this file does not belong to the lesson" in leaks(copy, "01_demo")[0]


@pytest.mark.parametrize(
    ("code", "problem", "remedy"),
    [
        ("1 / 0", "ZeroDivisionError", "correct the cell"),
        ("for _ in range(3001):\n    print('x' * 99)", "303 kB, but at most 300 kB", "print less"),
        ("import ipywidgets\ndisplay(ipywidgets.IntSlider())", "a live widget", "CS231N_STATIC"),
    ],
)
def test_cell_that_fails_or_warns_fails_the_build(course: Path, code: str, problem: str, remedy: str) -> None:
    path = course / "solutions" / "01_demo" / "01_demo.py"
    path.write_text(path.read_text().replace("import numpy as np\n", f"import numpy as np\n{code}\n", 1))
    with pytest.raises(BuildError) as raised:
        build(course, home=HOME)
    message = str(raised.value)
    assert message.startswith(f"{path}, cell code-01 (import numpy as np): ")
    assert problem in message
    assert remedy in message.splitlines()[-1]


def test_cell_that_takes_too_long_fails_the_build(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cs231n_lib.classroom.release.build.CELL_SECONDS", 2)
    path = course / "solutions" / "01_demo" / "01_demo.py"
    path.write_text(path.read_text().replace("import numpy as np\n", "import numpy as np\nwhile True:\n    pass\n", 1))
    problem = r"cell code-01 .*the cell ran for more than 2 s\.\n  Remedy: make the cell .* faster, or build again when"
    with pytest.raises(BuildError, match=problem):
        build(course, home=HOME)


def test_reference_that_does_not_earn_its_points_fails_the_build(course: Path) -> None:
    path = course / "solutions" / "01_demo" / "01_demo.py"
    path.write_text(path.read_text() + "\n")
    path.write_text(path.read_text().replace('exercise="double"\n', 'exercise="double"\n@lambda f: lambda x: 0 * x\n'))
    with pytest.raises(BuildError, match=r"cell check_double .*should earn 40.0 points"):
        build(course, home=HOME)


@pytest.mark.audit
def test_left_out_exercise_gives_its_points_to_the_other(course: Path) -> None:
    (course / "class.toml").write_text(
        '[show]\nplaces = false\nsolutions = false\nchanges = false\n[lessons.01_demo]\nleave_out = ["double"]\n'
    )
    build(course, home=HOME)
    released = cells(course / RELEASE)
    options = "where=False, solution=False, change=False"
    assert released["check_mean_square"].source == f"checks.mean_square(points=90, {options})"
    assert released["check_mean_square"].metadata.nbgrader.points == 90
    assert "check_double" not in released  # its check is there, but it is no graded cell
    assert [cell.id for cell in released.values() if cell.source == f"checks.double({options})"] == ["code-04"]
    assert "not graded in this class" in released["markdown-02"].source
    assert "raise NotImplementedError" in released["double"].source
    metadata = nbformat.read(course / RELEASE, as_version=4).metadata
    assert metadata["cs231n"] == {
        "version": version("cs231n_lib"),
        "leave_out": ["double"],
        "show_places": False,
        "show_solutions": False,
        "show_changes": False,
    }
    assert verify(course, home=HOME) == []
    (course / "class.toml").unlink()
    with pytest.raises(BuildError, match=r"check_double .*has no outputs(.|\n)*make notebooks"):
        verify(course, home=HOME)


@pytest.mark.audit
def test_build_updates_readme_list_and_verify_reports_it_stale(copy: Path) -> None:
    page = copy / "README.md"
    page.write_text(f"{BEGIN}\nold\n{END}\n")
    (problem,) = verify(copy, home=HOME)
    assert problem.startswith(f"{page}: the list of lessons or the links are out of date. Run `make notebooks`")
    build(copy, home=HOME)
    assert "01 Optimization (being written)" in page.read_text()
    assert "old" not in page.read_text()
    assert verify(copy, home=HOME) == []


@pytest.mark.audit
def test_a_readme_without_a_place_for_the_list_stops_the_build(copy: Path) -> None:
    (copy / "README.md").write_text("# A course\n")
    message = rf"README\.md, the list of lessons: (.|\n)*Remedy: write(.|\n)*{BEGIN}"
    for what in (build, verify):
        with pytest.raises(BuildError, match=message):
            what(copy, home=HOME)


def test_lesson_without_check_module_fails(course: Path) -> None:
    (course / "solutions" / "01_demo").rename(course / "solutions" / "01_other")
    (course / "solutions" / "01_other" / "01_demo.py").rename(course / "solutions" / "01_other" / "01_other.py")
    with pytest.raises(BuildError, match=r"checks are missing(.|\n)*create the package course_lessons/other/checks/"):
        build(course, home=HOME)


def test_unknown_lesson_fails(course: Path) -> None:
    with pytest.raises(BuildError, match=r"07_nothing: no such lesson(.|\n)*name one of: 01_demo"):
        build(course, ["07_nothing"], HOME)


def test_timing_figure_is_kept_while_cell_and_caption_match(tmp_path: Path) -> None:
    def notebook(png: str, caption: str = "Measured.", source: str = "race()", **metadata: bool) -> NotebookNode:
        data = {"text/plain": caption, "text/html": png}
        shown = new_output("display_data", data, metadata=metadata)
        return new_notebook(cells=[new_code_cell(source, outputs=[shown], id="a")])

    stored = tmp_path / "stored.ipynb"
    write(notebook("old", measured=True), stored)
    for fresh, expected in (
        (notebook("new", measured=True), "old"),
        (notebook("new", caption="Otherwise.", measured=True), "new"),
        (notebook("new", source="race(9)", measured=True), "new"),
        (notebook("new"), "new"),
    ):
        keep_measured_figures(fresh, stored)
        assert fresh.cells[0].outputs[0].data["text/html"] == expected
