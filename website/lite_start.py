"""Start page for browsers, with a note on the preview and the buttons that download and bring a student's work."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from website.lite_texts import as_in_a_browser

PREVIEW = """# Neural networks, from scratch

**You are in the course's preview for browsers.** Python itself runs in this page, so you need not install anything. The
first start downloads about {size} MB and takes up to a minute. Later starts are quicker. Open one lesson at a time,
because each open lesson runs a Python of its own. If a cell reports a `ModuleNotFoundError`, a download was
interrupted. Reload the page then, and run the cell again.

**Your work is kept by this browser on this device only.** It is lost when the data of this site are cleared. Safari
clears them after seven days without a visit, and a private window when you close it. Download your work at the end of
each session. Click into the next cell and press **Shift+Enter** to see the buttons for this."""
MY_WORK = """# Your work
from cs231n_lib.course.student.backup import MyWork

MyWork()"""
TITLE = "# Neural networks, from scratch\n"


def start_page(released: NotebookNode, size: int) -> NotebookNode:
    """Return the start page for browsers.

    Parameters
    ----------
    released : NotebookNode
        Start page as released.
    size : int
        Megabytes that a first start downloads.

    Raises
    ------
    ValueError
        The released page has changed, see `as_in_a_browser`.
    """
    page = as_in_a_browser("index", released)
    first = page.cells[0]
    first.source = first.source.removeprefix(TITLE).lstrip()
    for cell in page.cells:
        if cell.cell_type == "code":  # in a browser the cell shows buttons instead of a command
            cell.outputs = [output for output in cell.outputs if "python -m cs231n_lib" not in str(output)]
    buttons = new_code_cell(MY_WORK, id="my-work", metadata={"jupyter": {"source_hidden": True}})
    page.cells[:0] = [new_markdown_cell(PREVIEW.format(size=size), id="preview"), buttons]
    return page
