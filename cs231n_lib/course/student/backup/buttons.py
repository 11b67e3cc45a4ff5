"""Buttons of the start page that download, restore and update a student's lessons."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from cs231n_lib.browser import IN_BROWSER
from cs231n_lib.checks.report import box
from cs231n_lib.checks.run.messages import listed
from cs231n_lib.course.student.folder import released
from cs231n_lib.course.student.start import EARLIER, StartError, start
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.html import Html

from .archive import BackupError, pack
from .bring import FileOutcome, bring

WITHOUT = "Run this cell to show buttons that download your work, bring it back, and update your lessons."
IN_THE_BROWSER = (
    "Your work is stored only in this browser, on this device. **The browser can delete it.** Safari does after seven "
    "days without a visit, and every browser does when you clear the data of this site or close a private window. "
    "Download your work at the end of each session."
)
ON_A_COMPUTER = "Your work is in the folder of your lessons, on this computer."
WHAT = (
    "**Save and close your lessons first.** *Download my work* makes one zip of your lessons, your score sheet and "
    "your review. *Bring my work* restores such a zip or lessons that you downloaded one by one, and keeps a copy of "
    "what it replaces. *Bring my lessons up to date* puts your answers into the latest release of each lesson."
)
UNCHANGED = "**Nothing was changed.**"
CHANGED = "**Done.** Open your lessons again to see the change."


class MyWork:
    """Buttons for the lessons in ``root``, or a text on how to show them."""

    def __init__(self, root: Path = Path(), releases: Path | None = None) -> None:
        self.root = root
        self.releases = releases or released()

    def __repr__(self) -> str:
        return WITHOUT

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self._widget() if has_live_front_end() else Html(box(WITHOUT), repr(self)))

    def _widget(self) -> Any:
        from cs231n_lib.widgets.files import FileButtons

        return FileButtons(
            note=box(IN_THE_BROWSER if IN_BROWSER else ON_A_COMPUTER, WHAT),
            labels=("Download my work", "Bring my work"),
            pack=self.pack,
            take=self.bring,
            more={"Bring my lessons up to date": self.update},
            accept=".zip,.ipynb,.json",
        )

    def pack(self) -> tuple[str, bytes] | str:
        """Return the name and content of the zip, or why there is none."""
        try:
            return f"my_work-{date.today()}.zip", pack(self.root)
        except BackupError as error:
            return box(str(error))

    def bring(self, picked: Sequence[tuple[str, bytes]]) -> str:
        """Merge picked files into the lessons, and report what happened to each."""
        try:
            results = bring(self.root, self.releases, picked)
        except BackupError as error:
            return box(UNCHANGED, str(error))
        told = [result.sentence for result in results if result.outcome is not FileOutcome.SAME]
        same = [result.lesson.number for result in results if result.lesson and result.outcome is FileOutcome.SAME]
        if same:
            numbers = listed([f"{number:02d}" for number in sorted(same)])
            told.append(f"There is nothing new for lesson{'s' if len(same) > 1 else ''} {numbers}.")
        return box(CHANGED if any(result.outcome.changes for result in results) else UNCHANGED, *told)

    def update(self) -> str:
        """Carry the answers over to the latest release, and say which lessons changed."""
        try:
            changes = start(self.root, self.releases)
        except StartError as error:
            return box(*str(error).splitlines())
        new = [change.path.name for change in changes if change.is_new]
        updated = [change.path.name for change in changes if change.replaces]
        lines = [f"New: {', '.join(new)}."] if new else []
        if updated:
            lines.append(f"Updated, with your work kept: {', '.join(updated)}. The earlier copies are in `{EARLIER}/`.")
        return box(CHANGED, *lines) if lines else box("Your lessons are up to date.")
