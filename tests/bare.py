"""An environment of a few packages only, linked from those installed here: no network, and nothing else in reach."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def core(*extras: str) -> list[Requirement]:
    """What pyproject.toml says that the package needs, alone or with extras."""
    texts = [*PROJECT["dependencies"], *(text for extra in extras for text in PROJECT["optional-dependencies"][extra])]
    return [Requirement(text) for text in texts]


def closure(requirements: Iterable[Requirement]) -> dict[str, Distribution]:
    """The installed distributions that these need, with what they need in turn."""
    found: dict[str, Distribution] = {}
    waiting = [(requirement, {""}) for requirement in requirements]
    while waiting:
        requirement, extras = waiting.pop()
        wanted = requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras)
        if not wanted or (requirement.name in found and not requirement.extras):
            continue
        found[requirement.name] = one = distribution(requirement.name)
        waiting += [(Requirement(text), {"", *requirement.extras}) for text in one.requires or ()]
    return found


def link(requirements: Iterable[Requirement], folder: Path) -> Path:
    """Links to the packages that these need, in a folder that can be all that Python finds."""
    folder.mkdir()
    for one in closure(requirements).values():
        for name in {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}:
            if not (folder / name).exists():
                (folder / name).symlink_to(Path(str(one.locate_file(name))).resolve())
    return folder


def run(*command: str | Path, path: Iterable[Path] = (), cwd: Path) -> str:
    """What a command prints whose Python finds its own packages and those in ``path``, and not this project's."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path)), "MPLBACKEND": "agg"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def run_cells(notebook: Path, *last: str, python: Path | None = None, path: Iterable[Path] = ()) -> dict[str, float]:
    """The points of each check of a notebook, its cells run up to the ``last`` where nothing but ``path`` is found.

    With ``python``, that one's own packages are found, too.
    """
    options = ["-P"] if python else ["-P", "-S"]
    script = ROOT / "tests/run_cells.py"
    said = run(python or sys.executable, *options, script, notebook, *last, path=path, cwd=notebook.parent)
    points: dict[str, float] = json.loads(said.splitlines()[-1])
    return points
