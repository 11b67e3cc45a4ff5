"""Start page for browsers, which is the released page without what would be untrue in a browser."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

UNTRUE = {
    " In a terminal, `python -m cs231n_lib review` asks the same questions.": "",
    "| Esc, then I, I | stop a cell that does not end |\n": "",
    " In a terminal\n"
    "(*File → New → Terminal*), in the folder of the course, `python -m cs231n_lib progress` prints "
    "the same, and `python -m cs231n_lib progress 1` lists the\n"
    "exercises of lesson 01.": "",
    "- **If a cell does not end**, press Esc and then I twice. When the time limit is over, the check "
    "stops your function and says so.": (
        "- **If a cell does not end**, choose *Kernel → Restart Kernel*. Nothing else ends it in a "
        "browser, unless the cell has a Stop button of its own. A check stops your function when its time "
        "limit is over, and says so."
    ),
    "- **To start an exercise again**, save, close the lesson, and open a terminal in the folder of "
    "the course. `python -m cs231n_lib start --reset relu` restores the exercise `relu`\n"
    "  and keeps your answer beside it. Without `--reset` the command brings your lessons up to date "
    "after the course was updated, and keeps everything that you wrote.": (
        "- **To start a lesson again**, download it first, so that you keep your answers. Then close it, "
        "right-click its name in the list of files, choose *Delete*, and open it again. The browser then "
        "shows the lesson as it was released."
    ),
    "## Validate and submit\n"
    "\n"
    "1. Save, then press **Validate** above the notebook. It runs your notebook from top to bottom, "
    "which takes up to a minute, and lists every check\n"
    "   that does not give all its points. It calls all of them *partial credit*, even exercises that "
    "you have not begun. You may submit in any case.": (
        "## Submit\n"
        "\n"
        "1. Choose *Run → Run All Cells*, wait until the last cell has run, and save. You may submit even "
        "if some checks do not give all their points."
    ),
    " To find it, open the list of files on the left (Ctrl+B), right-click its name and choose "
    "*Download*, or take it from the folder\n"
    "   `work/01_optimization/`. Keep its name.": (
        " To get it, open the list of files on the left (Ctrl+B), right-click its name and choose "
        "*Download*. The browser may give the file a longer name, which grading understands."
    ),
    "Nothing here needs a server or an account, because everything runs on your own machine without "
    "the network.": "Nothing here needs an account. Python runs in your browser, and what you write stays there.",
    "Both come with the course.": "Both come from the site that you opened.",
}
"""Passages of the released page and their replacements. Each passage must occur exactly once."""
PREVIEW = """# Neural networks, from scratch

**You are in the course's preview for browsers.** Python itself runs in this page, so you need not install anything. The
first start downloads about {size} MB and takes up to a minute. Later starts are quicker. Open one lesson at a time,
because each open lesson runs a Python of its own.

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
        A passage that is untrue in a browser is not found exactly once, because the released page has changed.
    """
    page = NotebookNode(released, cells=[NotebookNode(cell) for cell in released.cells])
    first = page.cells[0]
    first.source = first.source.removeprefix(TITLE).lstrip()
    for before, after in UNTRUE.items():
        cells = [cell for cell in page.cells if before in cell.source]
        if len(cells) != 1 or cells[0].source.count(before) != 1:
            raise ValueError(f"website/lite_start.py: the start page has changed. It must contain once: {before!r}")
        cells[0].source = cells[0].source.replace(before, after)
    for cell in page.cells:
        if cell.cell_type == "code":  # a stored output may name a command, where the cell itself shows buttons
            cell.outputs = [output for output in cell.outputs if "terminal" not in str(output)]
    buttons = new_code_cell(MY_WORK, id="my-work", metadata={"jupyter": {"source_hidden": True}})
    page.cells[:0] = [new_markdown_cell(PREVIEW.format(size=size), id="preview"), buttons]
    return page
