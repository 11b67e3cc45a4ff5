"""What the project's files say of each other, and that they say nothing of one machine."""

import json
import re
import subprocess
import sys
import tarfile
import tomllib
from importlib import import_module
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import yaml
from machine import tracked
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT, GROUPS = SETTINGS["project"], SETTINGS["dependency-groups"]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-site.lock")
GROUP_LOCKS = {name: f"requirements-{name}.lock" for name in ("lite", "lite-offline", "browser")}
"""Locks of what is installed elsewhere than beside the package, by the group in pyproject.toml."""
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
LAB_EXTRAS = ("lab", "build", "cifar", "hpo")
"""What students get, from the lock or through conda."""
LARGE = {"cs231n_lib/datasets/fashion_mnist.npz", *LOCKS}
MAX_BYTES = 300_000
MAX_EXECUTED = 1_300_000
"""For a solution with its outputs: up to 28 figures, each below what the build allows an output."""
REQUIREMENT = re.compile(r"^\S.*?(?= \\$)", re.MULTILINE)


def texts() -> dict[Path, str]:
    found = {}
    for path in tracked():
        try:
            found[path] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def locked(lock: str) -> dict[str, list[Requirement]]:
    """Each package in the lock with its pins; a package has several where Pythons or platforms differ."""
    pins: dict[str, list[Requirement]] = {}
    for line in REQUIREMENT.findall((ROOT / lock).read_text()):
        requirement = Requirement(line)
        pins.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return pins


def wanted(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for, with the extras that an extra names spelled out."""
    requirements = [Requirement(text) for text in PROJECT["dependencies"]]
    for extra in extras:
        for text in PROJECT["optional-dependencies"][extra]:
            requirement = Requirement(text)
            own = canonicalize_name(requirement.name) == canonicalize_name(PROJECT["name"])
            requirements += wanted(*requirement.extras) if own else [requirement]
    return requirements


def version(pin: Requirement) -> str:
    (specifier,) = pin.specifier
    assert specifier.operator == "==", f"{pin} is no exact version"
    return specifier.version


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], LAB_EXTRAS), (LOCKS[1], ("dev",)), (LOCKS[2], ("site",))])
def test_locks_satisfy_pyproject(lock: str, extras: tuple[str, ...]) -> None:
    pins = locked(lock)
    for requirement in wanted(*extras):
        versions = [version(pin) for pin in pins.get(canonicalize_name(requirement.name), [])]
        assert versions, f"{lock} lacks {requirement.name}: make lock"
        assert all(v in requirement.specifier for v in versions), f"{lock} has {versions}, not {requirement}: make lock"


def test_dev_lock_holds_the_versions_students_get() -> None:
    lab, dev, site = map(locked, LOCKS)
    # Versions, not markers: what students need on some platforms only, the tests may need on all.
    assert {name: sorted(map(version, pins)) for name, pins in lab.items()} == {
        name: sorted(map(version, dev.get(name, []))) for name in lab
    }
    # The site's packages are installed beside the tests' and change none of them.
    both = site.keys() & dev.keys()
    assert {name: sorted(map(version, site[name])) for name in both} == {
        name: sorted(map(version, dev[name])) for name in both
    }


@pytest.mark.parametrize("group", GROUP_LOCKS)
def test_locks_of_the_browser_satisfy_their_group(group: str) -> None:
    pins = locked(GROUP_LOCKS[group])
    for requirement in map(Requirement, GROUPS[group]):
        (pin,) = pins[canonicalize_name(requirement.name)]
        assert version(pin) in requirement.specifier, f"{GROUP_LOCKS[group]} has {pin}, not {requirement}: make lock"


def test_browser_loads_the_versions_students_get() -> None:
    browser, lab = locked(GROUP_LOCKS["browser"]), locked(LOCKS[0])
    assert {name: list(map(version, pins)) for name, pins in browser.items()} == {
        name: list(map(version, lab[name])) for name in browser
    }


@pytest.mark.parametrize("lock", [*LOCKS, *GROUP_LOCKS.values()])
def test_locks_are_hashed_and_hold_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index-url" not in text
    pins = sum(map(len, locked(lock).values()))
    assert pins > (50 if lock in LOCKS else 5)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) == pins, "a line that is neither a pin nor a hash"
    assert all("--hash=sha256:" in entry for entry in entries)


def test_locked_ipykernel_is_a_supported_version() -> None:
    (pin,) = locked(LOCKS[0])["ipykernel"]
    assert (7, 4) <= tuple(map(int, version(pin).split(".")[:2])) < (7, 5)


def test_environment_names_python_and_nothing_twice() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["channels"] == ["conda-forge"]
    *conda, through_pip = environment["dependencies"]
    python, pip = map(MatchSpec, conda)
    assert (python.name.normalized, pip.name.normalized, pip.version) == ("python", "pip", None)
    # Written with one sign and no space: what builds images for Binder looks for that.
    assert re.fullmatch(r"python=(3\.\d+)", conda[0])
    assert str(python.version).removeprefix("=").rstrip(".*") in PYTHONS
    assert through_pip["pip"] == [f"-e .[{','.join(LAB_EXTRAS)}]", "nbval"]
    assert "nbval" in PROJECT["optional-dependencies"]["dev"]


def test_the_same_pythons_are_named_everywhere() -> None:
    first, last = PYTHONS[0], PYTHONS[-1]
    after = f"3.{int(last.partition('.')[2]) + 1}"
    assert PROJECT["requires-python"] == f">={first},<{after}"
    makefile = (ROOT / "Makefile").read_text()
    assert f"not {numbers(first)} <= sys.version_info < {numbers(after)}" in makefile
    assert set(re.findall(r"python(3\.\d+)", re.findall(r"for p in (.+); do", makefile)[0])) == set(PYTHONS)
    for page in ("Makefile", "README.md", "CONTRIBUTING.md"):
        assert f"Python {first} to {last}" in (ROOT / page).read_text()


def test_binder_and_codespaces_use_what_is_there() -> None:
    assert (ROOT / ".binder/runtime.txt").read_text().strip().removeprefix("python-") in PYTHONS
    for script in (ROOT / ".binder/postBuild", ROOT / ".binder/start"):
        assert script.stat().st_mode & 0o111
        subprocess.run(["bash", "-n", script], check=True)
        for path in re.findall(r"\$PWD/([\w/.]+)|--requirement ([\w.]+)", script.read_text()):
            assert (ROOT / "".join(path)).exists()
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    assert container["image"].rpartition(":")[2] in PYTHONS
    assert container["postCreateCommand"].startswith("make .venv/lab.installed && ")


def numbers(python: str) -> str:
    return f"({python.replace('.', ', ')})"


def test_commands_in_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")]:
        code = re.findall(r"`[^`\n]+`|^\s*make .*$", page.read_text(), re.MULTILINE)
        named = set(re.findall(r"\bmake ([a-z][a-z-]*)", "\n".join(code)))
        assert named <= targets, f"{page.name} names targets that the Makefile lacks"


def test_the_exercise_in_contributing_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE | re.DOTALL)
    folder = tmp_path / "contributed"
    folder.mkdir()
    for name, code in re.findall(r"^# (\w+\.py)\n(.*?)(?=^# \w+\.py\n|\Z)", block, re.MULTILINE | re.DOTALL):
        (folder / name).write_text(code)  # a file: the mistakes are edits of its text
    (line,) = re.findall(r"`(from \.half_square import .+?)`", (ROOT / "CONTRIBUTING.md").read_text())
    (folder / "__init__.py").write_text(line + "\n")
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select=F", folder]
    subprocess.run(ruff, check=True)
    monkeypatch.syspath_prepend(tmp_path)
    exercise = import_module("contributed").half_square

    def half_square(w: np.ndarray) -> tuple[float, np.ndarray]:
        return float(np.vdot(w, w) / 2), +w

    assert exercise(half_square).passed
    (mistake,) = exercise.mistakes
    assert (mistake.name, mistake.explanation) in exercise(mistake.implementation).mistakes


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel and the sdist, as the build backend makes them from what is here."""
    folder = tmp_path_factory.mktemp("dist")
    code = f"from hatchling import build as b; b.build_wheel({str(folder)!r}); b.build_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    return folder


def test_distributions_hold_licences_types_and_notebooks(distributions: Path) -> None:
    (wheel,) = distributions.glob("*.whl")
    (sdist,) = distributions.glob("*.tar.gz")
    with ZipFile(wheel) as opened:
        about = f"{PROJECT['name']}-{PROJECT['version']}.dist-info"
        texts = {name: opened.read(f"{about}/licenses/{name}").decode() for name in ("LICENSE", "LICENSE-TEXT")}
        metadata = opened.read(f"{about}/METADATA").decode()
        assert "cs231n_lib/py.typed" in opened.namelist()
        lessons = {name.removeprefix("cs231n_lib/") for name in opened.namelist() if "/notebooks/" in name}
    assert "MIT License\n\nCopyright (c) 2026 the cs231n_lib authors" in texts["LICENSE"]
    assert "Creative Commons Attribution 4.0 International\nSPDX-License-Identifier: CC-BY-4.0" in texts["LICENSE-TEXT"]
    assert "\nLicense-Expression: MIT AND CC-BY-4.0\n" in metadata
    with tarfile.open(sdist) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    assert {"LICENSE", "LICENSE-TEXT", "CHANGELOG.md", "CITATION.cff", "cs231n_lib/py.typed"} <= held
    there = {str(path.relative_to(ROOT)) for path in tracked() if path.is_relative_to(ROOT / "notebooks")}
    assert lessons == there
    assert there <= held


def test_version_is_the_same_in_all_files() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert f"\n## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text()
    readme = (ROOT / "README.md").read_text()
    assert set(re.findall(r"cs231n_lib-([\d.]+)-py3-none-any", readme)) == {PROJECT["version"]}
    assert "not affiliated with Stanford University" in readme
    assert {"(LICENSE)", "(LICENSE-TEXT)", "(cs231n_lib/datasets/README.md)"} <= set(re.findall(r"\(\S+\)", readme))


def silenced_without_reason(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.search(r"#\s*noqa(?!: [A-Z]+\d+(, [A-Z]+\d+)*  \(.+\))", line)]


def test_every_silenced_finding_has_a_reason_beside_it() -> None:
    mark = "# no" + "qa"
    assert silenced_without_reason(f"x = 1  {mark}\ny = 2  {mark}: F401\nz = 3  {mark}: F401  (a reason)") == [
        f"x = 1  {mark}",
        f"y = 2  {mark}: F401",
    ]
    found = {
        path.name: lines
        for path, text in texts().items()
        if path.suffix == ".py" and (lines := silenced_without_reason(text))
    }
    assert found == {}


def test_make_lists_every_target() -> None:
    listing = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets
    assert set(re.findall(r"^make ([a-z-]+)  ", listing, re.MULTILINE)) == set(targets[1].split())


def test_continuous_integration_runs_what_a_maintainer_runs() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert lines[-3:] == ["make test || make again", "make site", "make audit || make again"]
    job = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == PYTHONS
    assert "bash .ci/run" in [step.get("run") for step in job["steps"]]


def workflow(name: str) -> dict[str, list[str]]:
    """The commands of each job."""
    jobs = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())["jobs"]
    return {job: [step["run"] for step in about["steps"] if "run" in step] for job, about in jobs.items()}


@pytest.mark.parametrize("name", ["ci", "weekly", "release", "site"])
def test_workflows_name_what_is_there(name: str) -> None:
    commands = "\n".join(command for job in workflow(name).values() for command in job)
    targets = set(re.findall(r"^([a-z][a-z-]*): env .*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", commands)) <= targets
    paths = re.findall(r"(?<![\w/])(?:tests|\.ci)/[\w/.]+|[\w-]+\.lock|CHANGELOG\.md", commands)
    assert paths or name == "site"
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_weekly_workflow_runs_pytorch_newest_and_holes() -> None:
    weekly = workflow("weekly")
    assert [weekly[job][-1] for job in ("pytorch", "newest", "holes")] == ["make pytorch", "make newest", "make holes"]
    jobs = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text())["jobs"]
    assert jobs["elsewhere"]["strategy"]["matrix"]["os"] == ["macos-latest", "windows-latest"]


def test_each_week_runs_every_test_that_the_audit_leaves_out() -> None:
    matrix = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text())["jobs"]["seeds"]["strategy"]["matrix"]
    parts = [ROOT / part for names in matrix["part"] for part in names.split()]
    files = set(ROOT.glob("tests/**/test_*.py")) - {Path(__file__)}
    marked = [
        path for path in files if re.search(r"mark\.seeds\b|from claims import", path.read_text(encoding="utf-8"))
    ]
    assert marked
    assert [path for path in marked if not any(path.is_relative_to(part) for part in parts)] == []


def test_the_site_is_published_from_where_it_is_built() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text())["jobs"]
    assert workflow("site")["publish"] == ["make site"]
    (uploaded,) = (step["with"]["path"] for step in jobs["publish"]["steps"] if "upload" in step.get("uses", ""))
    assert f'default=ROOT / "{uploaded.removesuffix("/html")}"' in (ROOT / "website/__main__.py").read_text()


def test_the_published_combination_is_opened_in_a_browser() -> None:
    job = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text())["jobs"]["in-a-browser"]
    opened = next(step for step in job["steps"] if "test_lite" in step.get("run", ""))
    assert opened["env"] == {"CI": "true", "CS231N_SITE": "artefacts/site/html"}
    compared = next(step for step in job["steps"] if "test_verdicts" in step.get("run", ""))
    assert opened["env"].items() < compared["env"].items()
    assert f"{compared['env']['CS231N_NODE_PYODIDE'].split('/')[0]} " in next(
        step["run"] for step in job["steps"] if "npm install" in step.get("run", "")
    )
    assert "make site" in [step.get("run") for step in job["steps"]]


def makefile_variables() -> set[str]:
    return set(re.findall(r"^([A-Z_]+) *[:?]?=", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_the_makefile_uses_no_variable_that_it_does_not_set() -> None:
    used = set(re.findall(r"\$\(([A-Z_]+)\)", (ROOT / "Makefile").read_text()))
    assert used - makefile_variables() - {"CURDIR", "HOME", "LAB_ARGS", "LESSON"} == set()


def test_release_notes_are_the_newest_section(tmp_path: Path) -> None:
    (command,) = (text for text in workflow("release")["release"] if "awk" in text)
    program = re.findall(r"awk '(.+?)'", command)[0]
    notes = subprocess.run(["awk", program, ROOT / "CHANGELOG.md"], capture_output=True, text=True, check=True).stdout
    assert notes.startswith(f"## {PROJECT['version']}")
    assert notes.count("\n## ") == 0


def test_no_tracked_file_contains_paths_of_a_machine() -> None:
    places = re.compile(r"(?<![\w.])/(?:home|Users|root|work|private)/\w|[A-Z]:\\Users\\")
    found = {path.relative_to(ROOT): hit[0] for path, text in texts().items() if (hit := places.search(text))}
    assert found == {}


def test_no_tracked_file_is_large_without_being_known() -> None:
    def limit(name: str) -> int:
        return MAX_EXECUTED if re.fullmatch(r"solutions/.*\.ipynb", name) else MAX_BYTES

    sizes = {str(path.relative_to(ROOT)): path.stat().st_size for path in tracked()}
    assert {name: size for name, size in sizes.items() if size > limit(name) and name not in LARGE} == {}


def test_contributing_stays_short() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text().splitlines()) <= 110
