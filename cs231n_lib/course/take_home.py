"""Button of the start page that writes the student's functions into a module."""

from pathlib import Path
from typing import Any

from cs231n_lib.checks.report import box
from cs231n_lib.course import mine
from cs231n_lib.course.library.collect import FOLDER, Library, LibraryError, collect, conflicting_files, write
from cs231n_lib.front_end import has_live_front_end
from cs231n_lib.widgets.html import Html

WITHOUT = "Run this cell to get a button that writes your library, or run `python -m cs231n_lib my-library`."


class TakeHome:
    """Button that writes ``my_library/`` in ``root``, or a text on how to show it."""

    def __init__(self, root: Path = Path()) -> None:
        self.root = root
        self.library: Library | None = None
        """Result of the last collection."""

    def __repr__(self) -> str:
        return WITHOUT.replace("`", "")

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self._widget() if has_live_front_end() else Html(box(WITHOUT), repr(self)))

    def _widget(self) -> Any:
        import ipywidgets

        from cs231n_lib.widgets.keys import box_of_controls

        button = ipywidgets.Button(description="Write my library", layout={"width": "max-content"})
        replace = ipywidgets.Button(
            description="Replace these files", layout={"width": "max-content", "display": "none"}
        )
        said = ipywidgets.HTML(box("The button checks the answers in your saved notebooks, which takes a few seconds. "
                                   f"It then writes the right ones to `{FOLDER}/my_nn.py`."))  # fmt: skip

        def press(_: Any) -> None:
            replace.layout.display = "none"
            lines, asks = self._write(lambda line: setattr(said, "value", box(line)))
            said.value = box(*lines)
            replace.layout.display = None if asks else "none"

        def agree(_: Any) -> None:
            replace.layout.display = "none"
            said.value = box(*self._finish())

        button.on_click(press)
        replace.on_click(agree)
        return box_of_controls(ipywidgets.HBox([button, replace]), said)

    def _write(self, tell: Any) -> tuple[list[str], bool]:
        """Write the library unless existing files differ.

        Return the message, and whether existing files differ.
        """
        names = list(mine.exercises())
        done = iter(range(1, len(names) + 1))
        try:
            self.library = collect(self.root, lambda name: tell(f"Checking {next(done)} of {len(names)}: `{name}`"))
        except LibraryError as error:
            return str(error).splitlines(), False
        others = conflicting_files(self.library, self.root / FOLDER)
        if others:
            files = ", ".join(f"`{name}`" for name in others)
            return [f"Nothing was written, because `{FOLDER}/` has different versions of {files}. Replace them?"], True
        return self._finish(), False

    def _finish(self) -> list[str]:
        assert self.library
        try:
            write(self.library, self.root / FOLDER)
        except LibraryError as error:
            return [str(error)]
        files = ", ".join(f"`{name}`" for name in self.library.files)
        left_out = [f"Left out: {problem}." for problem in self.library.problems]
        return [f"**Written** to `{FOLDER}/`, which is in the list of files on the left (Ctrl+B): {files}.",
                self.library.says, *left_out]  # fmt: skip
