"""What must hold of the lessons in the browser: files match their hashes, and only Pyodide comes from elsewhere."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from packaging.utils import canonicalize_name

from website.check import Pages, from_elsewhere
from website.pyodide_lock import sha256

ADDRESS = re.compile(r"https?://[^\s\"'<>\\)`]+")
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"


def lite_problems(lite: Path, module: str | None) -> list[str]:
    """Describe what is wrong with the lessons in the browser, a line each.

    Parameters
    ----------
    lite : Path
        Folder of the finished JupyterLite.
    module : str or None
        Address of ``pyodide.mjs``, or None if Pyodide lies in the site itself.
    """
    elsewhere = module.rpartition("/")[0] + "/" if module else None
    return [*packages(lite, elsewhere), *settings(lite, module), *notebooks(lite), *from_elsewhere(_pages(lite))]


def packages(lite: Path, elsewhere: str | None) -> Iterator[str]:
    """Entries of the lock file without their file, with another hash, or from an unexpected address."""
    home = lite / "static/packages"
    lock = _read(home / "pyodide-lock.json")
    for name, entry in lock["packages"].items():
        file = entry["file_name"]
        if urlsplit(file).netloc:
            if not (elsewhere and file.startswith(elsewhere)):
                yield f"lock: {name} comes from {file}"
            continue
        path = home / file
        if not path.is_file():
            yield f"lock: {file} of {name} is not there"
        elif sha256(path) != entry["sha256"]:
            yield f"lock: {path.name} has another SHA-256 than its entry"
        yield from (
            f"lock: {name} depends on {other}, which has no entry"
            for other in entry["depends"]
            if canonicalize_name(other) not in lock["packages"]
        )
    used = {Path(entry["file_name"]).name for entry in lock["packages"].values()}
    yield from (f"lock: {wheel.name} has no entry" for wheel in sorted(home.glob("*.whl")) if wheel.name not in used)
    if not re.search(r"-0[0-9a-f]{12}-py3", str(lock["packages"].get("cs231n-lib", {}).get("file_name"))):
        yield "lock: the name of the course's wheel has no hash, so a browser may take an old one from its memory"


def settings(lite: Path, module: str | None) -> Iterator[str]:
    """Settings with another Pyodide than the one expected, or with a further address."""
    found = _read(lite / "jupyter-lite.json")
    kernel = found["jupyter-config-data"]["litePluginSettings"][KERNEL]
    if module and kernel.get("pyodideUrl") != module:
        yield f"settings: Pyodide comes from {kernel.get('pyodideUrl')}, not from {module}"
    if not kernel.get("disablePyPIFallback"):
        yield "settings: a package that is missing would be fetched from PyPI"
    for address in _addresses(kernel):
        if address != module:
            yield f"settings: {address} is another server"


def notebooks(lite: Path) -> Iterator[str]:
    """Notebooks whose kernel the browser does not know, which would bring up a dialog."""
    paths = sorted((lite / "files").rglob("*.ipynb"))
    if not paths:
        yield "files: no notebook is there"
    for path in paths:
        name = _read(path)["metadata"]["kernelspec"]["name"]
        if name != "python":
            yield f"{path.relative_to(lite)}: the kernel is {name}, not python"


def _pages(lite: Path) -> Pages:
    files = sorted(lite.rglob("*.html"))
    return {str(file.relative_to(lite)): BeautifulSoup(file.read_text("utf-8"), "html.parser") for file in files}


def _addresses(value: Any) -> list[str]:
    return ADDRESS.findall(json.dumps(value))


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
