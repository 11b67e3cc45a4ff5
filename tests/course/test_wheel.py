"""Who has the wheel and nothing of the clone starts, answers, and keeps the answer when a later wheel comes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import bare
import pytest

ROOT = Path(__file__).parents[2]
LESSON = "01_optimization"
NOTEBOOK = Path(LESSON, f"{LESSON}.ipynb")
PARTS = ("cs231n_lib", "notebooks", "pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT", "CHANGELOG.md")
ANSWER = """def relative_error(a, b):
    largest = np.maximum(np.abs(a), np.abs(b))
    return np.abs(a - b) / np.where(largest == 0, 1, largest)
"""


def build(project: Path, folder: Path) -> Path:
    """The wheel of a project, as the build backend makes it."""
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    return folder / done.stdout.splitlines()[-1]


def install(wheel: Path, python: Path) -> None:
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", "--quiet", wheel]
    subprocess.run(command, check=True)


def environment(folder: Path) -> Path:
    """The Python of an environment that holds what the package needs, and not the package."""
    packages = bare.link(bare.core(), folder / "packages")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    (python,) = [path for path in folder.glob("venv/*/python*") if path.stem == "python"]
    (site,) = [*folder.glob("venv/lib/python*/site-packages"), *folder.glob("venv/Lib/site-packages")]
    (site / "packages.pth").write_text(f"{packages}\n")
    return python


def later(folder: Path) -> Path:
    """A copy of the project in which the lesson has got one more text at the top, and the version is a later one."""
    folder.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    about = folder / "pyproject.toml"
    about.write_text(about.read_text().replace(f'version = "{bare.PROJECT["version"]}"', 'version = "99.0.0"'))
    path = folder / "notebooks" / NOTEBOOK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"].insert(0, {"cell_type": "markdown", "id": "new", "metadata": {}, "source": "New this term."})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (path.parent / "secrets.txt").write_text("not part of the lesson")
    return folder


def sources(notebook: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]


@pytest.mark.slow
@pytest.mark.audit
def test_a_wheel_alone_starts_takes_an_answer_and_an_upgrade(tmp_path: Path) -> None:
    python, home = environment(tmp_path), tmp_path / "home"
    home.mkdir()
    install(build(ROOT, tmp_path), python)
    where = bare.run(python, "-P", "-c", "import cs231n_lib; print(cs231n_lib.__file__)", cwd=home)
    assert Path(where.strip()).is_relative_to(tmp_path / "venv")

    command = [python.with_name(f"cs231n{python.suffix}"), "start", "--no-lab"]
    said = bare.run(*command, cwd=home)
    assert said.splitlines()[0].startswith("New in work: index.ipynb, 00_primer.ipynb, ")
    assert NOTEBOOK.name in said
    mine = home / "work" / NOTEBOOK
    assert mine.read_bytes() == (ROOT / "notebooks" / NOTEBOOK).read_bytes()

    notebook = json.loads(mine.read_text(encoding="utf-8"))
    (cell,) = [cell for cell in notebook["cells"] if cell["id"] == "relative_error"]
    check = "check_relative_error"
    assert bare.run_cells(mine, check, python=python)[check] == 0
    cell["source"] = ANSWER
    mine.write_text(json.dumps(notebook), encoding="utf-8")
    (worth,) = [cell["metadata"]["nbgrader"]["points"] for cell in notebook["cells"] if cell["id"] == check]
    assert bare.run_cells(mine, check, python=python)[check] == worth

    install(build(later(tmp_path / "later"), tmp_path), python)
    said = bare.run(*command, cwd=home)
    assert f"Updated, with your work kept: {NOTEBOOK.name}" in said
    assert sources(mine)[0] == "New this term."
    assert ANSWER in sources(mine)
    assert not list((tmp_path / "venv").rglob("secrets.txt"))
