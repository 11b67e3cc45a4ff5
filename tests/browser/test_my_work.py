"""A student downloads the work of all lessons, loses it and brings it back, with the mouse and with the keyboard."""

import json
import zipfile
from pathlib import Path

import nbformat
import pytest
from browser.accessibility import findings
from browser.lab import REPOSITORY, Lab
from playwright.sync_api import Locator, expect

from cs231n_lib.course.student.start import start

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELL = """from pathlib import Path
from cs231n_lib.course.student.backup import MyWork, buttons
buttons.IN_BROWSER = True
MyWork(Path("mine"))"""
LESSON = Path("01_optimization/01_optimization.ipynb")
ANSWER = "def relative_error(a, b):\n    return 1.0  # mine"
PADDING = 2_000_000
"""Bytes of an image that does not compress, so that the zip has several parts."""


def work(folder: Path) -> bytes:
    """Answer an exercise in a folder's lesson, with a large image in its output, and return the lesson."""
    import random

    path = folder / LESSON
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "relative_error")
    image = random.Random(0).randbytes(PADDING).hex()
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": image}}
    cell |= {"source": ANSWER, "outputs": [output], "execution_count": 3}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path.read_bytes()


def pick(lab: Lab, button: Locator, *files: Path) -> None:
    with lab.page.expect_file_chooser() as asked:
        button.press("Enter")
    asked.value.set_files(files)


def test_work_is_downloaded_lost_and_brought_back(lab: Lab, tmp_path: Path) -> None:
    mine = lab.root / "mine"
    start(mine, REPOSITORY / "notebooks")
    released, written = (mine / LESSON).read_bytes(), work(mine)
    cells = [nbformat.v4.new_code_cell(CELL), nbformat.v4.new_markdown_cell("The end.")]
    lab.write("my_work.ipynb", cells)
    lab.open("my_work.ipynb")
    lab.run(0)
    shown = lab.outputs(0)
    download, bring, update = (shown.get_by_role("button", name=name) for name in ("Download", "Bring my w", "up to"))
    status = shown.get_by_role("status")

    download.focus()
    for key in ("d", "d", "x"):
        lab.page.keyboard.press(key)
    with lab.page.expect_download() as downloaded:
        lab.page.keyboard.press("Enter")
    archive = tmp_path / downloaded.value.suggested_filename
    downloaded.value.save_as(archive)
    expect(status).to_contain_text("is in your browser's downloads")
    assert archive.name.startswith("my_work-")
    assert archive.stat().st_size > PADDING
    with zipfile.ZipFile(archive) as opened:
        assert opened.read(LESSON.as_posix()) == written

    lab.page.keyboard.press("Tab")
    expect(bring).to_be_focused()
    (mine / LESSON).write_bytes(released)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive.read_bytes()[:PADDING])
    pick(lab, bring, cut)
    expect(status).to_contain_text("its download was interrupted")
    assert (mine / LESSON).read_bytes() == released
    pick(lab, bring, archive)
    expect(status).to_contain_text("Lesson 01, Optimization. 1 answer was brought.")
    expect(status).to_contain_text("nothing new for lessons 00, 02, 03, 04, 05, 06, 07, 08, 09 and 10")
    assert ANSWER in "".join(cell.source for cell in nbformat.read(mine / LESSON, as_version=4).cells)
    look(lab, shown)
    update.click()
    expect(status).to_contain_text("Your lessons are up to date")
    expect(download).to_be_enabled()
    assert lab.page.locator(".jp-Notebook:visible .jp-Cell").count() == len(cells)
    assert lab.errors == []


def look(lab: Lab, shown: Locator) -> None:
    """Take pictures in both themes, wide and as on a phone, and let axe look at them."""
    lab.page.keyboard.press("Control+b")  # the list of files would leave no room on a phone
    for width in (1280, 400):
        lab.page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            lab.theme(theme)
            shown.last.scroll_into_view_if_needed()
            lab.screenshot(f"my-work-{theme}-{width}")
            assert findings(lab.page, ".cs-files") == []
        box = shown.locator(".cs-files")
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth"), f"wider than the page at {width} px"
