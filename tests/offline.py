"""The lessons in a browser, with a Pyodide that needs no network. Tests are skipped where it was not fetched."""

import os
from pathlib import Path

import pytest
from machine import ROOT, lacking

from website import LITE, lite


@pytest.fixture(scope="session")
def pyodide() -> Path:
    """Folder that ``.ci/pyodide.py`` made."""
    folder = Path(os.environ.get("CS231N_PYODIDE", ROOT / "artefacts/pyodide")).resolve()
    if not (folder / "complete").exists():
        lacking("no Pyodide for tests. To try this, python3 .ci/pyodide.py, which downloads 90 MB")
    if not (lite.TOOLS / "wheels").exists():
        lacking("no JupyterLite. To try this, make site")
    return folder


@pytest.fixture(scope="session")
def offline_site(pyodide: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that holds nothing but ``lite/``, with everything that a browser fetches."""
    folder = tmp_path_factory.mktemp("offline")
    lite.build(folder / "html", folder / "work", pyodide)
    assert (folder / "html" / LITE).is_dir()
    return folder / "html"
