"""Words of the released notebooks that are untrue in a browser, and what the browser's notebooks say there."""

from nbformat import NotebookNode

INSTALL = "# No module named cs231n_lib?"
"""Beginning of a comment in each lesson's first cell."""
INTERRUPTED = "# ModuleNotFoundError? A download was interrupted. Reload this page, then run this cell again."
"""The same comment in a browser, which has the course unless its download failed."""
UNTRUE: dict[str, dict[str, str]] = {
    "index": {
        " The command `python -m cs231n_lib start` puts this page and these folders into the folder `work/` of the "
        "course.\n"
        "If Python reports *No module named 'cs231n_lib'*, start JupyterLab from the environment in which you "
        "installed the course. If you received only notebooks, ask your instructor for the file "
        "`cs231n_lib-….whl`, put it beside this page, and run `%pip install` with the file's name in a new cell.": (
            " If Python reports *No module named 'cs231n_lib'*, a download was interrupted. Reload this page."
        ),
        " In a terminal, `python -m cs231n_lib review` asks the same questions.": "",
        "| Esc, then I, I | stop a cell that does not end |\n": "",
        " In a terminal\n"
        "(*File → New → Terminal*), in the folder of the course, `python -m cs231n_lib progress` prints "
        "the same information, and `python -m cs231n_lib progress 1` lists the\n"
        "exercises of lesson 01.": "",
        "- **If a cell does not end**, press Esc and then I twice. If your function exceeds the check's "
        "time limit, the check stops it and says so.": (
            "- **If a cell does not end**, choose *Kernel → Restart Kernel*. Nothing else ends it in a "
            "browser, unless the cell has a Stop button of its own. If your function "
            "exceeds the check's time limit, the check stops it and says so."
        ),
        "- **To start an exercise again**, save, close the lesson, and open a terminal in the folder of "
        "the course. `python -m cs231n_lib start --reset relu` restores the exercise `relu`\n"
        "  and keeps your answer in a text cell beside it. Without `--reset`, the command updates your lessons "
        "to a new version of the course and keeps everything that you wrote.": (
            "- **To start a lesson again**, download it first, so that you keep your answers. Then close it, "
            "right-click its name in the list of files, choose *Delete*, and open it again. The browser then "
            "shows the lesson as it was released."
        ),
        "## Validate and submit\n"
        "\n"
        "1. Save, then press **Validate** above the notebook. This button runs your notebook from top to "
        "bottom, which takes up to a minute, and lists every check\n"
        "   that does not give all its points. The list labels every such check *partial credit*, even if you have "
        "not begun its exercise. You may submit in any case.": (
            "## Submit\n"
            "\n"
            "1. Choose *Run → Run All Cells*, wait until the last cell has run, and save. You may submit even "
            "if some checks do not give all their points."
        ),
        " To get a copy of the notebook, open the list of files on the left (Ctrl+B), right-click the notebook's name "
        "and choose *Download*.\n"
        "   You can also take the file from the folder `work/01_optimization/`. Keep the name of the file.": (
            " To get a copy of the notebook, open the list of files on the left (Ctrl+B), right-click the notebook's "
            "name and choose *Download*. The browser may give the file a longer name, which grading accepts."
        ),
        "Nothing here needs a server or an account, because everything runs on your own machine without "
        "an internet connection.": (
            "Nothing here needs an account. Python runs in your browser, and what you write stays there."
        ),
        "Both data sets come with the course.": "Both data sets come from the site that you opened.",
    },
    "09_training": {
        '`tpe_search` needs optuna (`pip install "cs231n_lib[hpo]"`).': (
            "`tpe_search` needs optuna, which does not run in a browser."
        ),
        "The first three took 20, 24 and 74 s of CPU time. Write in a cell of your own:": (
            "On a computer the first three took 20, 24 and 74 s of CPU time. A browser takes several minutes for each "
            "network, and says how many before it begins. Write in a cell of your own:"
        ),
        '# or "five networks", "all pictures", "CIFAR-10"': '# or "five networks"',
        'Both download their data (26 and 170 MB) and need `pip install "cs231n_lib[cifar]"`. '
        'With `at="…"` they read a local copy.': (
            "These two download their data (26 and 170 MB), which works only on a computer."
        ),
        ", or `python -m cs231n_lib my-library` in the course's folder, writes": " writes",
    },
    "10_bridge": {
        "Only the last code cell of the lesson needs PyTorch, which the course does not install.": (
            "Only the last code cell of the lesson needs PyTorch, which does not run in a browser."
        ),
        "The last code cell needs PyTorch and shows nothing without it. To install PyTorch, run `pip install torch` in "
        "this environment (it downloads a few hundred megabytes). Then choose *Kernel → Restart* and run the notebook "
        "again.": (
            "The last code cell needs PyTorch, which does not run in a browser, so the cell shows nothing here. Below "
            "it you can read what it shows on a computer."
        ),
    },
}
"""Passages by the name of their notebook, with replacements. Each passage must occur exactly once."""


def as_in_a_browser(name: str, released: NotebookNode) -> NotebookNode:
    """Return a notebook with what is true in a browser.

    Parameters
    ----------
    name : str
        Name of its file, without the extension.
    released : NotebookNode
        Notebook as released. It is not changed.

    Raises
    ------
    ValueError
        A passage of `UNTRUE` is not found exactly once, because the released notebook has changed.
    """
    page = NotebookNode(released, cells=[NotebookNode(cell) for cell in released.cells])
    for before, after in UNTRUE.get(name, {}).items():
        cells = [cell for cell in page.cells if before in cell.source]
        if len(cells) != 1 or cells[0].source.count(before) != 1:
            raise ValueError(f"website/lite_texts.py: {name} has changed. It must contain once: {before!r}")
        cells[0].source = cells[0].source.replace(before, after)
    for cell in page.cells:
        if cell.cell_type == "code" and cell.source.startswith(INSTALL):
            rest = cell.source.partition("\n")[2]
            cell.source = f"{INTERRUPTED}\n{rest}"
    return page
