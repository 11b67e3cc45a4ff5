"""The course as a static JupyterLite: the released lessons in a browser, where Pyodide runs Python.

The builder runs in an environment of its own, `TOOLS`. It takes Pyodide from the address that JupyterLite's kernel
names. With ``CS231N_PYODIDE``, a folder made by `.ci/pyodide.py`, everything lies in the site itself. Only tests use
that.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import nbformat

from cs231n_lib.course.plan import NOTEBOOKS
from website import DOOR, HERE, LITE, ROOT
from website.lite_start import start_page
from website.lite_texts import as_in_a_browser
from website.pyodide_lock import NEEDED, PUBLISHED, Lock, sha256, trimmed, with_wheels

TOOLS = Path(sys.prefix, "lite")
"""Environment with JupyterLite. Its folder ``wheels`` holds what the lock of the group ``browser`` names."""
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
KERNELSPEC = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
FETCHED_ON_USE = ("cs231n_lib/datasets/fashion_mnist.npz",)
"""Files that the browser's wheel leaves out, because few lessons read them. The site keeps them in ``static/data``."""
FOR_INSTRUCTORS = ("cs231n_lib/classroom/", "cs231n_lib/__main__.py")
"""Beginnings of the names of files that the browser's wheel leaves out, because no lesson uses them."""
APPS = ("lab", "notebooks")
"""JupyterLite's pages."""
WATCH, PATIENCE = "watch.js", 90
"""Script of ours in these pages, and seconds after which it tells that Python has not started."""
MEGABYTES = 25
"""What a first start downloads, for the start page. docs/where-it-runs.md says how it was measured."""
OLDER = ("numpy", "matplotlib")
"""Packages of the offline Pyodide that are older than pyproject.toml asks for."""
ABSENT = ("jedi",)
"""Packages that JupyterLite's kernel asks for and the course does without. Each becomes an empty wheel.

Without jedi, which is 1.7 MB, IPython completes names by looking at the objects themselves.
"""
OLDER_ABSENT, OLDER_NEEDED = (*ABSENT, "ssl"), ("sqlite3",)
"""The same for the offline Pyodide, and what only its IPython needs."""
CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
"""The interpreter's own files in the offline Pyodide."""
EPOCH = "1577836800"
"""Time stamp of all files without git, so that two builds are equal."""


@dataclass(frozen=True)
class Distribution:
    """Pyodide as a site uses it.

    Attributes
    ----------
    lock : dict
        Lock file with addresses, or paths within the site, in place of file names.
    module : str
        Address of the script that loads Pyodide.
    tools : Path
        Environment with the JupyterLite that goes with it.
    absent : tuple of str
        Packages of which the browser gets an empty wheel.
    unbounded : tuple of str
        Packages whose version is not compared.
    """

    lock: Lock
    module: str
    tools: Path
    absent: tuple[str, ...] = ABSENT
    unbounded: tuple[str, ...] = ()


def published(tools: Path = TOOLS) -> Distribution:
    """Return the Pyodide that JupyterLite's kernel names, on its own address.

    Raises
    ------
    RuntimeError
        The kernel uses another version of Python than the lock in this folder.
    """
    code = "from jupyterlite_pyodide_kernel import constants as c; print(c.PYODIDE_CDN_URL, c.PYODIDE_VERSION)"
    told = subprocess.run([tools / "bin/python", "-c", code], capture_output=True, text=True, check=True).stdout
    address, version = told.split()
    lock = json.loads(PUBLISHED.read_text("utf-8"))
    if lock["info"]["version"] != version:
        raise RuntimeError(
            f"{PUBLISHED.name} belongs to Pyodide {lock['info']['version']}, but JupyterLite's kernel uses {version}. "
            "docs/maintaining.md says how to take the lock file of another version"
        )
    for entry in lock["packages"].values():
        entry["file_name"] = f"{address}/{entry['file_name']}"
    return Distribution(lock, f"{address}/pyodide.mjs", tools)


def offline(folder: Path, lite: Path) -> Distribution:
    """Copy Pyodide from `folder` into the sources of the site, and return it."""
    home, given = lite / "static/pyodide", folder / "pyodide"
    lock = trimmed(json.loads((given / "pyodide-lock.json").read_text("utf-8")), (*NEEDED, *OLDER_NEEDED))
    home.mkdir(parents=True)
    for name in (*CORE, *(entry["file_name"] for entry in lock["packages"].values())):
        shutil.copyfile(given / name, home / name)
    for entry in lock["packages"].values():
        entry["file_name"] = f"../pyodide/{entry['file_name']}"
    return Distribution(lock, "./static/pyodide/pyodide.js", folder / "tools", OLDER_ABSENT, OLDER)


def build(site: Path, work: Path, pyodide: Path | None = None) -> None:
    """Write the site's ``lite/``.

    Parameters
    ----------
    site : Path
        Folder of the finished site.
    work : Path
        Folder for what is laid out first. It must not exist.
    pyodide : Path, optional
        Folder of an offline distribution.
    """
    sources, output = work / "sources", site / LITE
    packages, data = output / "static/packages", output / "static/data"
    sources.mkdir(parents=True)
    distribution = offline(pyodide, sources) if pyodide else published()
    contents(sources / "contents")
    _write(sources / "jupyter-lite.json", _settings(distribution))
    _write(sources / "jupyter_lite_config.json", _options(output))
    _run_builder(distribution.tools, sources)
    shutil.copyfile(HERE / DOOR, output / DOOR)
    watch(output)
    packages.mkdir(parents=True)
    data.mkdir()
    wheels = [
        course_wheel(work / "wheel", sources / "contents", packages),
        *(_without_scripts(wheel, packages) for wheel in sorted((TOOLS / "wheels").glob("*.whl"))),
        *(_empty_wheel(name, packages) for name in distribution.absent),
    ]
    _write(packages / "pyodide-lock.json", with_wheels(distribution.lock, wheels, distribution.unbounded))
    for name in FETCHED_ON_USE:
        shutil.copyfile(ROOT / name, data / Path(name).name)


def _run_builder(tools: Path, sources: Path) -> None:
    command = [tools / "bin/python", "-m", "jupyterlite_core", "build", "--lite-dir", sources]
    environment = os.environ | {"SOURCE_DATE_EPOCH": _time_stamp()}
    done = subprocess.run(command, cwd=sources, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"jupyter lite build failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


def _time_stamp() -> str:
    """Return the time of the last commit, which the list of files shows, or `EPOCH`."""
    command = ["git", "log", "-1", "--format=%ct"]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() or EPOCH
    except (OSError, subprocess.CalledProcessError):
        return EPOCH


def watch(output: Path) -> None:
    """Add `WATCH` to the pages, and let the service worker pass on what it reports.

    Raises
    ------
    RuntimeError
        JupyterLite's files are not as expected.
    """
    shutil.copyfile(HERE / WATCH, output / WATCH)
    script = f'<html lang="en">\n  <head>\n    <script src="../{WATCH}" data-seconds="{PATIENCE}"></script>'
    worker = [
        (
            r"new Response\(JSON\.stringify\(([\w.]+)\)\)",
            r"new Response(JSON.stringify(\1),{status:\1?.failed?507:200})",
        )
    ]
    edits = {Path(app, "index.html"): [(r"<html>\s*<head>", script)] for app in APPS} | {
        Path("service-worker.js"): worker
    }
    for name, pairs in edits.items():
        text = (output / name).read_text("utf-8")
        for pattern, new in pairs:
            text, times = re.subn(pattern, new, text)
            if times != 1:
                raise RuntimeError(
                    f"website/lite.py: {name} of JupyterLite has changed. It must contain once: {pattern}"
                )
        (output / name).write_text(text, "utf-8")


def contents(folder: Path) -> None:
    """Write the start page and the released lessons as a browser opens them."""
    released = ROOT / "notebooks"
    pages = {Path("index.ipynb"): start_page(_notebook(released / "index.ipynb"), MEGABYTES)}
    for lesson in NOTEBOOKS:
        path = Path(lesson.folder, f"{lesson.folder}.ipynb")
        if (released / path).exists():
            pages[path] = as_in_a_browser(lesson.folder, _notebook(released / path))
    for path, page in pages.items():
        page.metadata["kernelspec"] = KERNELSPEC  # any other name brings up a dialog
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(nbformat.writes(page) + "\n", "utf-8")


def course_wheel(work: Path, released: Path, packages: Path) -> Path:
    """Build the course's wheel for browsers. Its name has a hash of its content.

    A browser keeps what it fetched by name. Under the same name, an update would not match the hash in the lock file.
    The lessons in the wheel are those of the site, because the update of a student's lessons starts from them.
    """
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", work]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (whole,) = work.glob("*.whl")
    small = work / "small.whl"
    with ZipFile(whole) as source, ZipFile(small, "w", ZIP_DEFLATED, compresslevel=9) as target:
        for entry in source.infolist():
            if entry.filename in FETCHED_ON_USE or entry.filename.startswith(FOR_INSTRUCTORS):
                continue
            lesson = released / entry.filename.removeprefix("cs231n_lib/notebooks/")
            content = lesson.read_bytes() if lesson.is_file() else source.read(entry)
            target.writestr(ZipInfo(entry.filename), content, ZIP_DEFLATED)
    name, version, rest = whole.name.split("-", 2)
    return small.rename(packages / f"{name}-{version}-0{sha256(small)[:12]}-{rest}")


def _without_scripts(wheel: Path, packages: Path) -> Path:
    """Copy a wheel without its extension of JupyterLab, which the site has elsewhere."""
    small = packages / wheel.name
    with ZipFile(wheel) as source, ZipFile(small, "w", ZIP_DEFLATED, compresslevel=9) as target:
        for entry in source.infolist():
            if ".data/" not in entry.filename:
                target.writestr(ZipInfo(entry.filename), source.read(entry), ZIP_DEFLATED)
    return small


def _empty_wheel(name: str, packages: Path) -> Path:
    """Write a wheel of version 0 that contains no module."""
    wheel = packages / f"{name}-0-py3-none-any.whl"
    files = {"METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n", "WHEEL": _WHEEL, "RECORD": ""}
    with ZipFile(wheel, "w", ZIP_DEFLATED) as target:
        for file, content in files.items():
            target.writestr(ZipInfo(f"{name}-0.dist-info/{file}"), content)
    return wheel


_WHEEL = "Wheel-Version: 1.0\nGenerator: website\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _notebook(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def _settings(distribution: Distribution) -> dict[str, Any]:
    """What the page itself reads."""
    kernel = {
        "pyodideUrl": distribution.module,
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "lockFileURL": "./static/packages/pyodide-lock.json",
            # All at once, while Python starts. The kernel itself would load them one after another.
            "packages": ["micropip", "comm", "ipython", "cs231n-lib", *distribution.absent],
        },
    }
    settings = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "cs231n_lib",
            "exposeAppInBrowser": True,
            "litePluginSettings": {KERNEL: kernel},
            "settingsOverrides": settings,
        },
    }


def _options(output: Path) -> dict[str, Any]:
    """What the builder reads. It forgets options given on the command line when it checks its result."""
    return {
        "LiteBuildConfig": {
            "apps": list(APPS),
            "contents": ["contents"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "output_dir": str(output),
        }
    }


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", "utf-8")
