"""Read goals, hints and exercises from a lesson's text."""

import re
from pathlib import Path

import jupytext

from cs231n_lib.classroom.release.source import BOX_LINE

_GOALS = re.compile(r"\*\*You will be able to\*\* (.*?)\.\s*\n\s*\n", re.DOTALL)
_SYMPTOM = re.compile(r"<summary>Hint 1: (.*?)</summary>", re.DOTALL)


def source(root: Path, folder: str) -> str:
    """Return the text of the lesson in ``folder``, with its cells of Markdown as in a notebook."""
    path = root / "solutions" / folder / f"{folder}.py"
    return "\n\n".join(cell.source for cell in jupytext.read(path, fmt="py:percent").cells)


def goals(text: str) -> list[str]:
    """Return what students are able to do after a lesson, from its first cell."""
    found = _GOALS.search(text)
    return [" ".join(goal.split()) for goal in re.split(r"\s·\s", found[1])] if found else []


def exercises(text: str) -> list[str]:
    """Return the names of the exercises in the order of the lesson."""
    return [name for _, name in BOX_LINE.findall(text)]


def symptoms(text: str) -> dict[str, str]:
    """Return the symptom that hint 1 of each exercise names."""
    parts = re.split(BOX_LINE.pattern, text, flags=BOX_LINE.flags)
    return {
        name: " ".join(hint[1].split())
        for name, after in zip(parts[2::3], parts[3::3], strict=True)
        if (hint := _SYMPTOM.search(after))
    }
