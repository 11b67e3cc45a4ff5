"""Fingerprint of the code that produced a notebook's stored outputs.

By default, a build runs only lessons whose fingerprint has changed. It covers the code cells as they run, the lesson's
own package, every package of the library that the kernel loaded (with its data), the class's settings for the lesson,
and the locked versions. It omits Python's version, because CI checks that all supported versions give the same outputs.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

from nbformat import NotebookNode

KEY = "executed"
"""Key of the fingerprint in an executed notebook's metadata. Releases do not have it."""
LIBRARY = "cs231n_lib"
LOCK = "requirements.lock"


@dataclass(frozen=True)
class Snapshot:
    """State of the library's and the lessons' files when the build began.

    ``home`` is the package of the lessons.
    """

    home: str
    files: Mapping[str, str]
    """Hash of each file, by its path relative to the folder that contains the package."""
    lock: str
    """Hash of the locked versions, or an empty string if there are none."""

    def packages(self, modules: Iterable[str], slug: str) -> list[str]:
        """Return the packages whose files count if lesson ``slug`` loads these modules."""
        ours = (f"{LIBRARY}.", f"{self.home}.")
        found = {self._package(name) for name in modules if name.startswith(ours)}
        return sorted(found - {""} | {f"{self.home}.{slug}"})

    def _package(self, module: str) -> str:
        """Return a module's package, which is a lesson's or one in the library's root."""
        depth = self.home.count(".") + 2 if f"{module}.".startswith(f"{self.home}.") else 2
        parts = module.split(".")
        package = ".".join(parts[:depth])
        # To find a module in a lesson, Python loads the lesson's __init__, which `fingerprint` always includes.
        only_init = f"{_path(module)}/__init__.py" in self._inits
        return "" if only_init or module == self.home else package

    @cached_property
    def _inits(self) -> set[str]:
        """Paths of the ``__init__`` of each lesson's package."""
        home = _path(self.home)
        return {name for name in self.files if PurePosixPath(name).match(f"{home}/*/__init__.py")}

    def fingerprint(self, notebook: NotebookNode, settings: Mapping[str, Any], packages: Iterable[str]) -> str:
        """Hash a notebook's code cells, packages and settings, and the locked versions."""
        counted = tuple(f"{_path(name)}{end}" for name in packages for end in ("/", ".py"))
        always = {f"{LIBRARY}/__init__.py", f"{_path(self.home)}/__init__.py", *self._inits}
        files = {name: digest for name, digest in self.files.items() if name in always or name.startswith(counted)}
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        return sha256(json.dumps([code, files, settings, self.lock], sort_keys=True).encode()).hexdigest()


def take_snapshot(root: Path, home: str) -> Snapshot:
    """Hash the files of the library and of ``home``, and the lock file in ``root``."""
    files = {}
    for package in {LIBRARY, home.partition(".")[0]}:
        spec = find_spec(package)
        for folder in map(Path, (spec and spec.submodule_search_locations) or ()):
            for path in folder.rglob("*"):
                if path.is_file() and path.parent.name not in ("__pycache__", ".ipynb_checkpoints"):
                    files[path.relative_to(folder.parent).as_posix()] = _hash(path)
    lock = root / LOCK
    return Snapshot(home, files, _hash(lock) if lock.exists() else "")


def _path(name: str) -> str:
    return name.replace(".", "/")


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
