"""The lessons in a browser: wheels in the lock file, the start page's words, and what the site's check reports."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar
from zipfile import ZipFile

import nbformat
import pytest

from cs231n_lib.browser import read_from_site
from website import ROOT
from website import lite as builder
from website.check_lite import lite_problems
from website.lite import KERNEL, MEGABYTES, _empty_wheel, _without_scripts, contents, course_wheel, watch
from website.lite_start import start_page
from website.lite_texts import UNTRUE, as_in_a_browser
from website.pyodide_lock import NEEDED, PUBLISHED, LockError, sha256, trimmed, with_wheels

CDN = "https://cdn.test/full"


def wheel(folder: Path, name: str, *requires: str, version: str = "1.0", module: str = "") -> Path:
    """A wheel of one module, with these requirements."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        archive.writestr(f"{module or name}/__init__.py", "")
        archive.writestr(f"{name}-{version}.data/data/share/script.py", "")
        lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {text}" for text in requires)]
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(lines))
    return path


def lock(**versions: str) -> dict[str, Any]:
    packages = {name: {"name": name, "version": number, "depends": []} for name, number in versions.items()}
    return {"info": {"python": "3.14.2"}, "packages": packages}


def test_entry_of_a_wheel_has_hash_imports_and_dependencies(tmp_path: Path) -> None:
    one = wheel(tmp_path, "my_lib", "numpy>=2.4", "other-lib", "colorama; platform_system == 'Windows'", module="mylib")
    two = wheel(tmp_path, "other_lib", "widgetsnbextension~=4.0")
    found = with_wheels(lock(numpy="2.4.6"), [one, two])["packages"]["my-lib"]
    assert found["file_name"] == f"../packages/{one.name}"
    assert (found["sha256"], found["version"]) == (sha256(one), "1.0")
    assert found["imports"] == ["mylib"]
    assert found["depends"] == ["numpy", "other-lib"]


def test_missing_requirement_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(LockError, match="requires scipy, which the browser would not find"):
        with_wheels(lock(), [wheel(tmp_path, "mine", "scipy")])


def test_wrong_version_stops_the_build_unless_unbounded(tmp_path: Path) -> None:
    one = wheel(tmp_path, "mine", "numpy>=2.4")
    with pytest.raises(LockError, match=r"requires numpy>=2.4, but the browser would load numpy 2.0.2"):
        with_wheels(lock(numpy="2.0.2"), [one])
    found = with_wheels(lock(numpy="2.0.2"), [one], unbounded=["numpy"])
    assert found["packages"]["mine"]["depends"] == ["numpy"]


def test_lock_keeps_what_is_used_and_nothing_else() -> None:
    full = lock(matplotlib="3", numpy="2", pytz="1", fonttools="4", kiwisolver="1", scipy="1")
    full["packages"]["matplotlib"]["depends"] = ["numpy", "pytz", "fonttools", "kiwisolver"]
    kept = trimmed(full, ["matplotlib"])["packages"]
    assert sorted(kept) == ["kiwisolver", "matplotlib", "numpy"]
    assert kept["matplotlib"]["depends"] == ["numpy", "kiwisolver"]


def test_empty_wheel_replaces_a_package(tmp_path: Path) -> None:
    entry = with_wheels(lock(jedi="0.19"), [_empty_wheel("jedi", tmp_path)])["packages"]["jedi"]
    assert (entry["version"], entry["imports"], entry["depends"]) == ("0", [], [])
    assert entry["sha256"] == sha256(tmp_path / "jedi-0-py3-none-any.whl")


def test_wheel_in_the_browser_has_no_scripts_of_jupyterlab(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    with ZipFile(_without_scripts(wheel(tmp_path, "mine"), tmp_path / "small")) as small:
        assert sorted(small.namelist()) == ["mine-1.0.dist-info/METADATA", "mine/__init__.py"]


@pytest.mark.slow
def test_course_wheel_has_the_site_lessons_and_no_large_data(tmp_path: Path) -> None:
    contents(tmp_path / "contents")
    made = course_wheel(tmp_path / "work", tmp_path / "contents", tmp_path)
    with ZipFile(made) as opened:
        names = opened.namelist()
        start = opened.read("cs231n_lib/notebooks/index.ipynb")
    assert made.stat().st_size < 1_500_000
    assert "cs231n_lib/datasets/fashion_mnist.npz" not in names
    assert start == (tmp_path / "contents/index.ipynb").read_bytes()
    assert sha256(made)[:12] in made.name


def test_published_lock_is_complete_and_without_addresses() -> None:
    text = PUBLISHED.read_text("utf-8")
    kept = json.loads(text)
    assert "://" not in text
    assert trimmed(kept, NEEDED) == kept
    assert all(len(entry["sha256"]) == 64 for entry in kept["packages"].values())


def test_published_lock_satisfies_the_course(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    kept = json.loads(PUBLISHED.read_text("utf-8"))
    ours = project["dependency-groups"]["browser"]
    wanted = [text for text in project["project"]["dependencies"] if not any(text.startswith(own) for own in ours)]
    assert with_wheels(kept, [wheel(tmp_path, "cs231n_lib", *wanted)])


def test_lessons_name_the_kernel_of_the_browser(tmp_path: Path) -> None:
    contents(tmp_path)
    paths = sorted(tmp_path.rglob("*.ipynb"))
    released = sorted((ROOT / "notebooks").rglob("*.ipynb"))
    assert [path.relative_to(tmp_path) for path in paths] == [path.relative_to(ROOT / "notebooks") for path in released]
    assert {nbformat.read(path, as_version=4).metadata.kernelspec.name for path in paths} == {"python"}


def test_start_page_says_nothing_untrue_in_a_browser() -> None:
    page = start_page(nbformat.read(ROOT / "notebooks/index.ipynb", as_version=4), 25)
    nbformat.validate(page)
    text = "\n".join(cell.source + str(cell.get("outputs")) for cell in page.cells)
    assert "about 25 MB" in text
    untrue = ("erminal", "python -m", "**Validate**", "Esc, then I", "your own machine", "work/01")
    assert [words for words in untrue if words in text] == []
    assert text.count("# Neural networks, from scratch") == 1


def test_files_have_the_time_of_the_last_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert builder._time_stamp() == builder.EPOCH
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    names = ["-c", "user.name=a", "-c", "user.email=a@b.test"]
    commit = ["git", *names, "commit", "--quiet", "--allow-empty", "--message", "a"]
    subprocess.run(commit, cwd=tmp_path, env=os.environ | {"GIT_COMMITTER_DATE": "1767225600 +0000"}, check=True)
    assert builder._time_stamp() == "1767225600"


def test_pages_get_our_script_before_their_own(tmp_path: Path) -> None:
    page = "<html>\n  <head>\n    <title>JupyterLite</title>\n  </head></html>"
    for app in ("lab", "notebooks"):
        (tmp_path / app).mkdir()
        (tmp_path / app / "index.html").write_text(page)
    worker = tmp_path / "service-worker.js"
    worker.write_text("e(new Response(JSON.stringify(i.response)))")
    watch(tmp_path)
    assert '<html lang="en">' in (tmp_path / "lab/index.html").read_text()
    assert '<script src="../watch.js" data-seconds="90">' in (tmp_path / "notebooks/index.html").read_text()
    assert "JSON.stringify(i.response),{status:i.response?.failed?507:200}" in worker.read_text()
    assert f"about {MEGABYTES} MB" in (tmp_path / "watch.js").read_text("utf-8")
    with pytest.raises(RuntimeError, match="JupyterLite has changed"):
        watch(tmp_path)


ONLY_ON_A_COMPUTER = (
    "pip install",
    "python -m cs231n_lib",
    "Terminal",
    "**Validate**",
    "No module named cs231n_lib?",
    "■",
    "Esc, then I",
)


def test_lessons_advise_only_what_a_browser_has(tmp_path: Path) -> None:
    contents(tmp_path)
    lessons = sorted(tmp_path.glob("*/*.ipynb"))
    assert len(lessons) == 11
    for path in lessons:
        lesson = nbformat.read(path, as_version=4)
        nbformat.validate(lesson)
        texts = [cell.source + str(cell.get("outputs", "")) for cell in lesson.cells]
        assert [words for words in ONLY_ON_A_COMPUTER if any(words in text for text in texts)] == [], path.name


def test_browser_lessons_keep_everything_but_their_texts(tmp_path: Path) -> None:
    contents(tmp_path)
    for path in tmp_path.glob("*/*.ipynb"):
        ours = nbformat.read(path, as_version=4)
        released = nbformat.read(ROOT / "notebooks" / path.relative_to(tmp_path), as_version=4)
        kept = [[cell for cell in page.cells if "nbgrader" in cell.metadata] for page in (ours, released)]
        assert kept[0] == kept[1]
        assert [cell.id for cell in ours.cells] == [cell.id for cell in released.cells]
        assert ours.cells != released.cells


@pytest.mark.parametrize("name", UNTRUE)
def test_changed_passage_of_a_notebook_is_reported(name: str) -> None:
    (path,) = (ROOT / "notebooks").rglob(f"{name}.ipynb")
    released = nbformat.read(path, as_version=4)
    assert as_in_a_browser(name, released) != released
    for cell in released.cells:
        cell.source = cell.source.replace(next(iter(UNTRUE[name])), "")
    with pytest.raises(ValueError, match=f"{name} has changed"):
        as_in_a_browser(name, released)


@pytest.fixture
def lite(tmp_path: Path) -> Path:
    """A site whose check finds nothing."""
    home = tmp_path / "static/packages"
    home.mkdir(parents=True)
    own = wheel(home, "cs231n_lib", "numpy", version="0.2.0")
    hashed = own.rename(home / "cs231n_lib-0.2.0-00123456789ab-py3-none-any.whl")
    numpy = {"name": "numpy", "version": "2.4.6", "depends": [], "file_name": f"{CDN}/numpy.whl", "sha256": "0" * 64}
    found = with_wheels({"info": {"python": "3.14.2"}, "packages": {"numpy": numpy}}, [hashed])
    (home / "pyodide-lock.json").write_text(json.dumps(found))
    kernel = {"pyodideUrl": f"{CDN}/pyodide.mjs", "disablePyPIFallback": True}
    settings = {"jupyter-config-data": {"litePluginSettings": {KERNEL: kernel}}}
    (tmp_path / "jupyter-lite.json").write_text(json.dumps(settings))
    (tmp_path / "files").mkdir()
    (tmp_path / "files/index.ipynb").write_text(json.dumps({"metadata": {"kernelspec": {"name": "python"}}}))
    (tmp_path / "index.html").write_text("<p>Lab</p>")
    assert lite_problems(tmp_path, f"{CDN}/pyodide.mjs") == []
    return tmp_path


FAULTS = {
    "static/packages/cs231n_lib-0.2.0-00123456789ab-py3-none-any.whl": (b"PK", b"PX", "has another SHA-256"),
    "static/packages/pyodide-lock.json": (
        b"https://cdn.test/full",
        b"https://other.test",
        "numpy comes from https://other",
    ),
    "jupyter-lite.json": (b"cdn.test", b"other.test", "Pyodide comes from https://other.test"),
    "files/index.ipynb": (b'"python"', b'"python3"', "the kernel is python3, not python"),
    "index.html": (
        b"<p>",
        b'<script src="https://other.test/a.js"></script>',
        "script is fetched from https://other.test",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_the_finished_site_are_reported(lite: Path, name: str) -> None:
    before, after, said = FAULTS[name]
    content = (lite / name).read_bytes()
    assert before in content
    (lite / name).write_bytes(content.replace(before, after))
    assert any(said in problem for problem in lite_problems(lite, f"{CDN}/pyodide.mjs"))


def test_missing_and_unlisted_wheels_are_reported(lite: Path) -> None:
    home = lite / "static/packages"
    next(home.glob("*.whl")).rename(home / "cs231n_lib-0.2.0-py3-none-any.whl")
    problems = "\n".join(lite_problems(lite, f"{CDN}/pyodide.mjs"))
    assert "of cs231n-lib is not there" in problems
    assert "cs231n_lib-0.2.0-py3-none-any.whl has no entry" in problems


def test_wheel_without_a_hash_in_its_name_is_reported(lite: Path) -> None:
    home = lite / "static/packages"
    next(home.glob("*.whl")).rename(home / "cs231n_lib-0.2.0-py3-none-any.whl")
    text = (home / "pyodide-lock.json").read_text().replace("-00123456789ab-", "-")
    (home / "pyodide-lock.json").write_text(text)
    assert any("has no hash" in problem for problem in lite_problems(lite, f"{CDN}/pyodide.mjs"))


class Request:
    """XMLHttpRequest of a page on a site with one file."""

    new: Any
    asked: ClassVar[list[str]] = []

    def open(self, method: str, address: str, later: bool) -> None:
        assert (method, later) == ("GET", False)
        self.asked.append(address)

    def send(self) -> None:
        name = self.asked[-1].rpartition("/")[2]
        if name == "offline":
            raise RuntimeError("NetworkError")
        self.status = 200 if name == "digits.npy?1234" else 404
        self.response = SimpleNamespace(to_bytes=lambda: b"content")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that a kernel's script in a JupyterLite asks for."""
    script = "https://course.test/lite/extensions/@jupyterlite/pyodide-kernel-extension/static/592.js"
    Request.new, Request.asked = staticmethod(Request), []
    monkeypatch.setitem(
        sys.modules, "js", SimpleNamespace(XMLHttpRequest=Request, location=SimpleNamespace(href=script))
    )
    return Request.asked


def test_file_is_read_from_the_site_of_the_kernel(page: list[str]) -> None:
    assert read_from_site("digits.npy?1234") == b"content"
    assert page == ["https://course.test/lite/static/data/digits.npy?1234"]


@pytest.mark.parametrize(("name", "reason"), [("none", "responded with status 404"), ("offline", "cannot be reached")])
def test_file_that_the_site_cannot_give_is_an_error(page: list[str], name: str, reason: str) -> None:
    with pytest.raises(OSError, match=reason):
        read_from_site(name)
