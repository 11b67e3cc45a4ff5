"""Lock file of Pyodide: the packages that a browser may load, each with its SHA-256.

``python -m website.pyodide_lock FOLDER`` reads npm's package pyodide, unpacked in the folder, and writes what the
course needs of its lock file to `PUBLISHED`. The result names files and hashes and holds no address.
docs/maintaining.md says when to do so.
"""

import hashlib
import json
import re
import sys
from collections.abc import Collection, Mapping
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from website import HERE

Lock = dict[str, Any]
PUBLISHED = HERE / "pyodide-lock.json"
"""What the course needs of the Pyodide that the published site uses."""
NEEDED = ("numpy", "matplotlib", "contourpy", "pillow", "ipython", "traitlets", "micropip", "packaging")
"""What the course and JupyterLite's kernel import of Pyodide's packages."""
UNUSED = {"matplotlib": ("fonttools", "pytz")}
"""Packages that Pyodide loads with another one, which imports them only to write PDF, or not at all."""
IN_THE_PAGE = {"jupyterlab-widgets", "widgetsnbextension"}
"""Requirements that hold only scripts, which the site brings as JupyterLab's extensions."""
PACKAGES = "../packages/"
"""From the lock file's folder, and from Pyodide's beside it, to the wheels that the site adds."""


class LockError(ValueError):
    """Error of a wheel that does not fit into the lock file."""


def trimmed(lock: Lock, needed: Collection[str] = NEEDED) -> Lock:
    """Return the lock with the needed packages and what they use of those they depend on."""
    found: dict[str, Any] = {}
    waiting = list(needed)
    while waiting:
        name = str(canonicalize_name(waiting.pop()))  # the entries' names are normalised, those they depend on are not
        if name not in found:
            entry = lock["packages"][name]
            used = [other for other in entry["depends"] if other not in UNUSED.get(name, ())]
            found[name] = entry | {"depends": used}
            waiting += used
    return lock | {"packages": dict(sorted(found.items()))}


def with_wheels(lock: Lock, wheels: Collection[Path], unbounded: Collection[str] = ()) -> Lock:
    """Return the lock with an entry for each wheel, which replaces Pyodide's own package of that name.

    Parameters
    ----------
    lock : dict
        Lock of a Pyodide.
    wheels : collection of Path
        Wheels of pure Python.
    unbounded : collection of str
        Requirements whose version is not compared, for tests with an older Pyodide.

    Raises
    ------
    LockError
        A wheel requires a package that the lock lacks, or another version of it.
    """
    known = lock["packages"] | {name: entry for name, entry in map(_entry, wheels)}
    python = ".".join(lock["info"]["python"].split(".")[:2])
    for wheel in wheels:
        name = _name(wheel)
        known[name]["depends"] = sorted(_dependencies(wheel, known, python, unbounded))
    return lock | {"packages": dict(sorted(known.items()))}


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _name(wheel: Path) -> str:
    return str(parse_wheel_filename(wheel.name)[0])


def _entry(wheel: Path) -> tuple[str, dict[str, Any]]:
    name, version, _, tags = parse_wheel_filename(wheel.name)
    if not all(tag.abi == "none" and tag.platform == "any" for tag in tags):
        raise LockError(f"{wheel.name} is not pure Python, so no browser can load it")
    return str(name), {
        "depends": [],
        "file_name": PACKAGES + wheel.name,
        "imports": _imports(wheel),
        "install_dir": "site",
        "name": str(name),
        "package_type": "package",
        "sha256": sha256(wheel),
        "unvendored_tests": False,
        "version": str(version),
    }


def _imports(wheel: Path) -> list[str]:
    """Names that the wheel lets a program import."""
    with ZipFile(wheel) as archive:
        firsts = {name.partition("/")[0] for name in archive.namelist() if name.endswith(".py")}
    return sorted(first.removesuffix(".py") for first in firsts if not re.search(r"\.(data|dist-info)$", first))


def _dependencies(wheel: Path, known: Mapping[str, Any], python: str, unbounded: Collection[str]) -> set[str]:
    environment = {
        "extra": "",
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": "wasm32",
        "platform_python_implementation": "CPython",
        "platform_system": "Emscripten",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "emscripten",
    }
    found = set()
    for text in _metadata(wheel).get_all("Requires-Dist") or []:
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        if name in IN_THE_PAGE or (requirement.marker and not requirement.marker.evaluate(environment)):
            continue
        if name not in known:
            raise LockError(
                f"{wheel.name} requires {name}, which the browser would not find. Add it to the group browser"
            )
        version = known[name]["version"]
        if name not in unbounded and not requirement.specifier.contains(version, prereleases=True):
            raise LockError(f"{wheel.name} requires {requirement}, but the browser would load {name} {version}")
        found.add(str(name))
    return found


def _metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        return HeaderParser().parsestr(archive.read(name).decode("utf-8"))


def from_npm(package: Path) -> Lock:
    """Return what the course needs of the lock file in npm's package, with the version of Pyodide."""
    lock = trimmed(json.loads((package / "pyodide-lock.json").read_text("utf-8")))
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    return lock | {"info": lock["info"] | {"version": version}}


if __name__ == "__main__":
    PUBLISHED.write_text(json.dumps(from_npm(Path(sys.argv[1])), indent=1, sort_keys=True) + "\n", "utf-8")
