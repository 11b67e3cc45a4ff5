"""Last question of a lesson, and the file of the student's answers.

An answer is optional. It is stored in the course's folder beside the score sheet, not in the notebook. Invalid entries
of the file count as missing.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cs231n_lib.checks.report import box
from cs231n_lib.course.student.folder import lessons_folder
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.storage import read_json, write_files
from cs231n_lib.widgets.html import Html

FILE = "time_and_troubles.json"
QUESTION = "**How long did this take? Where were you stuck?** An answer is optional."
WITHOUT = f"{QUESTION} Run this cell to answer."
KEPT = f"`{FILE}` beside the score sheet"


@dataclass(frozen=True)
class Reply:
    """Student's answer on how long a lesson took and where it was hard."""

    time: str = ""
    stuck: str = ""


def read_answers(course: Path) -> dict[str, Reply]:
    """Read the answers in the folder ``course``, by the lesson's folder."""
    found = {}
    for lesson, entry in read_json(course / FILE).items():
        parts: list[Any] = [entry.get("time", ""), entry.get("stuck", "")] if isinstance(entry, dict) else [None]
        if all(isinstance(part, str) for part in parts):
            found[lesson] = Reply(*parts)
    return found


def write_answer(course: Path, lesson: str, answer: Reply) -> None:
    """Write the answer for a lesson atomically, and replace an earlier one.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    answers = read_answers(course) | {lesson: answer}
    written = {name: asdict(one) for name, one in answers.items()}
    write_files({course / FILE: (json.dumps(written, indent=1, ensure_ascii=False) + "\n").encode()})


class LastQuestion:
    """Question at the end of a lesson, with fields for an answer in a live front end.

    ``lesson`` is the name of the lesson's folder.
    """

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson

    def __repr__(self) -> str:
        return WITHOUT.replace("*", "")

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self._widget() if has_live_front_end() else Html(box(WITHOUT), repr(self)))

    def _widget(self) -> Any:
        import ipywidgets

        from cs231n_lib.widgets.keys import box_of_controls

        before = read_answers(lessons_folder()).get(self.lesson, Reply())
        wide: dict[str, Any] = {"layout": {"width": "min(40em, 95%)"}, "style": {"description_width": "9em"}}
        time = ipywidgets.Text(before.time, description="Time it took", placeholder="such as 3 hours", **wide)
        stuck = ipywidgets.Textarea(before.stuck, description="Stuck at", rows=3, **wide)
        button = ipywidgets.Button(description="Keep my answer", layout={"width": "max-content"})
        said = ipywidgets.HTML(box(f"{QUESTION} The button saves your answer in {KEPT}, and nothing is sent."))

        def keep(_: Any) -> None:
            try:
                write_answer(lessons_folder(), self.lesson, Reply(time.value, stuck.value))
            except OSError as error:
                said.value = box(f"{FILE} cannot be written ({error.strerror}). Make the course's folder writable.")
            else:
                said.value = box(f"**Kept** in {KEPT}. You can change your answer here later.")

        button.on_click(keep)
        return box_of_controls(said, time, stuck, button)
