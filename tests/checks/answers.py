"""Answers that are in no table of mistakes, tried on the checks.

    python tests/checks/answers.py FOLDER [NN_slug ...] [--show named|unnamed|placed|neither|full|refused]

A folder holds a file ``NN_slug.py`` in jupytext's percent format for each lesson. The marker of a cell says what is
known about its answer. Other answers follow, as edits of the one in full above them or as another body::

    # %% exercise="momentum" verdict="right" slip="two lines" at=""
    def momentum(w, dw, v, lr, mu=0.9):
        v = mu * v - lr * dw
        return w + v, v

    # wrong: moves by the old velocity
    #     v = mu → new = mu
    #     return w + v, v → return w + v, new
    # wrong: hard-codes 0.9 @ 0.9 * v
    #     mu * v → 0.9 * v

    # right: one step at the end
        step = mu * v - lr * dw
        return w + step, step

A body begins with the first line of the cell's function. The left side of an edit must occur exactly once, and ⏎ is a
line break at the margin of the edited line, as in the tables of `cs231n_lib.checks.slips`. The text after @ is
where the slip is, unless the edits are all of it. A marker without a verdict begins a right answer that exists only for
its edits.

Prints how many wrong answers earn full marks, are named, are placed (and how many of these where ``at`` says), raise an
error whose line is told, or get neither; how many right ones are refused; and the CPU of a check with the place.
Whether a name is true is for a reader to judge: ``--show named`` prints it beside the slip.
"""

import argparse
import contextlib
import importlib
import io
import itertools
import linecache
import re
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from cs231n_lib import datasets
from cs231n_lib.checks import Exercise, Result
from cs231n_lib.checks.run.messages import problem
from cs231n_lib.checks.slips import ARROW, LINE_BREAK
from cs231n_lib.course import mine
from cs231n_lib.functions import activations, batches, layers, losses

CELL = re.compile(r'^# %% exercise="(\w+)"(?: verdict="(\w+)" slip="([^"]*)" at="([^"]*)")?\n', re.MULTILINE)
EDITED = re.compile(r"^# (right|wrong):", re.MULTILINE)
SEEDS = ("231", "7", "99")
IMPORTED = {
    "np": np,
    "batches": batches,
    "datasets": datasets,
    "layers": layers,
    "losses": losses,
    "mine": mine,
    "product": product,
    "sigmoid_forward": activations.sigmoid_forward,
}


@dataclass(frozen=True)
class Answer:
    exercise: str
    verdict: str
    slip: str
    at: str
    source: str
    file: str
    number: int

    def function(self) -> Any:
        """The function as a notebook would have it: its source can be looked up."""
        name = f"<{self.file} {self.number}>"
        linecache.cache[name] = (len(self.source), None, self.source.splitlines(keepends=True), name)
        space: dict[str, Any] = {"__name__": "answer", **IMPORTED}
        exec(compile(self.source, name, "exec"), space)
        return space[self.exercise]

    def is_at(self, line: int, expression: str) -> bool:
        """Whether a place is on a line of the slip, or part of what was marked."""
        for part in filter(None, (part.strip() for part in self.at.split("⏎"))):
            for start in (m.start() for m in re.finditer(re.escape(part), self.source)):
                first = self.source.count("\n", 0, start) + 1
                if first <= line <= first + part.count("\n"):
                    return True
        return False


def answers(file: Path) -> Iterator[Answer]:
    """The answers of a file: that of each cell, and those below it; a ``base`` is nobody's answer."""
    pieces = CELL.split(file.read_text())[1:]
    number = itertools.count()
    for exercise, verdict, slip, at, cell in zip(*(pieces[i::5] for i in range(5)), strict=True):
        source, *below = EDITED.split(cell)
        source = source.strip() + "\n"
        signature = source.partition("\n")[0]
        yield Answer(exercise, verdict or "base", slip or "", at or "", source, file.stem, next(number))
        for kind, text in zip(below[::2], below[1::2], strict=True):
            told, _, written = text.rstrip().partition("\n")
            slip, marked, at = told.partition(" @")
            in_full = written.startswith(" ")
            if in_full:
                source = f"{signature}\n{written}\n"
            try:
                edits = [edit(line) for line in written.splitlines() if not in_full]
                changed = edited(source, edits)
            except ValueError as error:
                error.add_note(f"{file}, {exercise}, {kind}: {slip.strip()}")
                raise
            if kind == "wrong" and not marked:
                at = f" {LINE_BREAK} ".join(new for _, new in edits)
            yield Answer(exercise, kind, slip.strip(), at.strip(), changed, file.stem, next(number))


def edit(line: str) -> tuple[str, str]:
    """What a line ``#     old → new`` replaces, and by what."""
    old, arrow, new = line.removeprefix("#").partition(ARROW)
    if not arrow:
        raise ValueError(f"{line!r} is no edit. Write `old {ARROW} new`.")
    return old.strip(), new.strip()


def edited(source: str, edits: Iterable[tuple[str, str]]) -> str:
    """An answer with one edit after another.

    Raises
    ------
    ValueError
        For an edit whose left side does not occur exactly once.
    """
    for old, new in edits:
        first_line = re.escape(old.partition(f" {LINE_BREAK} ")[0])
        found = []
        for start in (match.start() for match in re.finditer(first_line, source)):
            line = source[source.rfind("\n", 0, start) + 1 :]
            margin = "\n" + line[: len(line) - len(line.lstrip())]
            right, wrong = (side.replace(f" {LINE_BREAK} ", margin) for side in (old, new))
            if source.startswith(right, start):
                found.append(source[:start] + wrong + source[start + len(right) :])
        if len(found) != 1:
            raise ValueError(f"{old!r} occurs {len(found)} times. Write a left side that occurs once in\n{source}")
        (source,) = found
    return source


def exercises(slug: str) -> dict[str, Exercise]:
    module = importlib.import_module(f"cs231n_lib.lessons.{slug[3:]}.checks")
    return {v.name: replace(v, seconds=2.0) for v in vars(module).values() if isinstance(v, Exercise)}


@dataclass
class CaseRun:
    answer: Answer
    results: list[Result]
    seconds: float
    """CPU of the first check, with the place."""

    @property
    def raises(self) -> bool:
        """Whether a row tells the line of an error."""
        return any("in your code at line" in row.sentence for r in self.results for row in r.rows)

    @property
    def kind(self) -> str:
        full = [r.passed for r in self.results]
        if self.answer.verdict != "wrong":
            return "right" if all(full) else "refused"
        if any(full):
            return "full"
        return "named" if any(r.mistakes for r in self.results) else "unnamed"

    @property
    def neither(self) -> bool:
        return self.kind == "unnamed" and not self.place and not self.raises

    @property
    def place(self) -> Any:
        return next((r.places[0] for r in self.results if r.places), None)


def attempt(answer: Answer, exercise: Exercise) -> CaseRun:
    with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(io.StringIO()):
        try:
            function = answer.function()
        except Exception as error:  # a cell that does not run defines nothing
            function = lambda *args, error=error: (_ for _ in ()).throw(error)  # noqa: E731  (a raise is no expression)
        start = time.process_time()
        results = [exercise(function, seed=SEEDS[0])]
        seconds = time.process_time() - start
        results += [exercise(function, seed=seed, where=False) for seed in SEEDS[1:]]
    return CaseRun(answer, results, seconds)


def told(tried: CaseRun) -> str:
    answer, lines = tried.answer, []
    lines.append(f"{answer.file} #{answer.number} {answer.exercise} [{answer.verdict}] {answer.slip}  @ {answer.at}")
    named = dict.fromkeys(m for r in tried.results for m in r.mistakes)
    lines.extend(f"    name  {name}: {explanation}" for name, explanation in named)
    if tried.place:
        lines.append(f"    place {tried.place}")
    if tried.kind in ("unnamed", "refused"):
        lines += [f"    {r.points:g} {row.title}: {row.sentence} {row.detail}"
                  for r in tried.results[:1] for row in r.rows if not row.passed]  # fmt: skip
        lines += [f"    {problem(r.problem)}" for r in tried.results[:1] if r.problem]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("slugs", nargs="*")
    parser.add_argument("--show", action="append", default=[])
    options = parser.parse_args()
    columns = ("wrong", "full", "named", "unnamed", "placed", "at slip", "raises", "neither", "right", "refused")
    total: Counter[str] = Counter()
    every: list[CaseRun] = []
    for file in sorted(options.folder.glob("*.py")):
        if options.slugs and file.stem not in options.slugs:
            continue
        count: Counter[str] = Counter()
        checks = exercises(file.stem)
        for answer in answers(file):
            if answer.verdict == "base":
                continue
            tried = attempt(answer, checks[answer.exercise])
            every.append(tried)
            count[tried.kind] += 1
            if answer.verdict == "wrong":
                count["wrong"] += 1
                if tried.place:
                    count["placed"] += 1
                    count["at slip"] += answer.is_at(tried.place.line, tried.place.expression)
                elif tried.raises:
                    count["raises"] += 1
                count["neither"] += tried.neither
            if {tried.kind, "placed" * bool(tried.place), "neither" * tried.neither} & set(options.show):
                print(told(tried))
        print(f"{file.stem:22}", *(f"{c} {count[c]:<5}" for c in columns), flush=True)
        total.update(count)
    print(f"{'all':22}", *(f"{c} {total[c]:<5}" for c in columns))
    for label, chosen in (("passing", "right"), ("failing", "")):
        times = sorted(t.seconds for t in every if (t.kind == "right") == (chosen == "right"))
        if times:
            print(f"CPU {label}: median {statistics.median(times):.3f}, 90 % {times[int(0.9 * len(times))]:.3f}, "
                  f"most {times[-1]:.3f} s")  # fmt: skip


if __name__ == "__main__":
    main()
