"""Links from a lesson to the sections of the primer on its prerequisites."""

from cs231n_lib.course.plan import PRIMER, Lesson, Prerequisite

SECTIONS = {
    Prerequisite.ARRAYS: "Arrays and axes",
    Prerequisite.BROADCASTING: "Broadcasting",
    Prerequisite.INDEXING: "Indexing",
    Prerequisite.COPIES: "Copies and views",
    Prerequisite.GRADIENT: "Gradients",
    Prerequisite.CHAIN_RULE: "Chain rule",
    Prerequisite.TAYLOR: "First-order approximation",
    Prerequisite.MATRICES: "Matrix products",
    Prerequisite.SPREAD: "Standard error",
    Prerequisite.EIGENVECTORS: "Eigenvectors and the SVD",
}
"""Heading of the section of the primer for each prerequisite."""


def prerequisite_links(lesson: Lesson) -> str:
    """Return links to the primer for a lesson's prerequisites, in Markdown.

    JupyterLab gives a heading an anchor with hyphens instead of spaces.
    """
    page = f"../{PRIMER.folder}/{PRIMER.folder}.ipynb"
    return " · ".join(f"[{one}]({page}#{SECTIONS[one].replace(' ', '-')})" for one in lesson.needs)
