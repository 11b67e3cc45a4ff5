"""Run notebooks with nbval and compare each output with the stored one: python tests/stored_outputs.py NOTEBOOK...

nbval alone ignores the type and the metadata of an output, and cannot compare a figure within a tolerance. Both are
added here by subclasses of its two classes. `nbval_sanitize.cfg` lists what is not compared.
"""

import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from cs231n_lib.classroom.grading.startup import skip_address_parser

skip_address_parser()  # before the modules below, which load jsonschema

import nbval.plugin
from nbformat import NotebookNode
from nbval.plugin import IPyNbCell, IPyNbFile

from cs231n_lib.classroom.release.build import build_environment

TOLERANCE = Decimal(1)
"""How far a figure behind an ≈ may be from the stored one: 1 percentage point. `docs/decisions/about.md` says why."""
ABOUT = re.compile(r"≈ (\d+(?:\.\d+)?)")
CELL_SECONDS = 300
"""Seconds after which a cell has failed. A kernel that has crashed never answers, and nbval waits 2,000 s for it."""
SANITIZE = Path(__file__).with_name("nbval_sanitize.cfg")


def settle(fresh: Any, stored: Any) -> Any:
    """The fresh output with each figure behind an ≈ as it is stored, if both are close and have equally many digits."""
    if isinstance(fresh, dict) and isinstance(stored, dict):
        return type(fresh)({key: settle(value, stored.get(key)) for key, value in fresh.items()})
    if not (isinstance(fresh, str) and isinstance(stored, str)):
        return fresh
    known = iter(ABOUT.findall(stored))
    return ABOUT.sub(lambda found: f"≈ {_settle_figure(found[1], next(known, found[1]))}", fresh)


def _settle_figure(fresh: str, stored: str) -> str:
    one, other = Decimal(fresh), Decimal(stored)
    alike = one.as_tuple().exponent == other.as_tuple().exponent
    return stored if alike and abs(one - other) <= TOLERANCE else fresh


class Cell(IPyNbCell):  # type: ignore[misc]  # nbval has no types
    """A cell whose figures behind an ≈ are compared within the tolerance."""

    def compare_outputs(self, test: list[NotebookNode], ref: list[NotebookNode], skip_compare: Any = None) -> bool:
        """Whether the fresh outputs are the stored ones."""
        settled = [settle(*pair) for pair in zip(test, ref, strict=False)] + test[len(ref) :]
        same: bool = super().compare_outputs(settled, ref, skip_compare)
        return same


class Notebook(IPyNbFile):  # type: ignore[misc]  # the same
    """A notebook run as the build runs it, all of whose outputs count."""

    def setup(self) -> None:
        """Start the kernel."""
        self.skip_compare = ("execution_count", "traceback")
        with mock.patch.dict(os.environ, build_environment(), clear=True):
            super().setup()

    def collect(self) -> Iterator[Cell]:
        """Yield the code cells. No comment or tag excludes one, nor that it was never run."""
        for found in super().collect():
            found.cell.execution_count = found.cell.execution_count or 0
            given = {"cell_num": found.cell_num, "cell": found.cell, "options": defaultdict(bool, check=True)}
            yield Cell.from_parent(self, name=found.name, **given)


class Comparison:
    """The plugin that puts `Notebook` in the place of nbval's own class."""

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Iterator[list[pytest.Collector] | None]:
        """Collect a notebook once."""
        found = yield
        return [Notebook.from_parent(parent, path=file_path) if isinstance(one, IPyNbFile) else one for one in found]


def main(notebooks: Sequence[str]) -> int:
    """Compare, and return pytest's exit code."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the other plugins would take longer than a short notebook
    options = ["--nbval", f"--nbval-sanitize-with={SANITIZE}", "--color=no", "--override-ini=addopts=-q"]
    options += [f"--nbval-cell-timeout={CELL_SECONDS}", f"--nbval-kernel-startup-timeout={CELL_SECONDS}"]
    options += ["-p", "no:cacheprovider", "--config-file", str(SANITIZE.parents[1] / "pyproject.toml")]
    return pytest.main([*options, *notebooks], [nbval.plugin, Comparison()])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
