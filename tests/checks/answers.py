"""Answers that are in no table of mistakes, tried on the checks.

    python tests/checks/answers.py FOLDER [NN_slug ...] [--show named|unnamed|placed|neither|full|refused]

A folder holds a file ``NN_slug.py`` in jupytext's percent format for each lesson; a cell's marker says what is known::

    # %% exercise="momentum" verdict="wrong" slip="moves by the old velocity" at="w + v"

Prints how many wrong answers earn full marks, are named, are placed (and how many of these where ``at`` says), raise an
error whose line is told, or get neither; how many right ones are refused; and the CPU of a check with the place.
Whether a name is true is for a reader to judge: ``--show named`` prints it beside the slip.
"""

import argparse
import contextlib
import importlib
import io
import linecache
import re
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from cs231n_lib import datasets
from cs231n_lib.checks import Exercise, Result
from cs231n_lib.course import mine
from cs231n_lib.functions import activations, batches, layers, losses

CELL = re.compile(r'^# %% exercise="(\w+)" verdict="(\w+)" slip="([^"]*)" at="([^"]*)"\n', re.MULTILINE)
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
    pieces = CELL.split(file.read_text())[1:]
    for number, start in enumerate(range(0, len(pieces), 5)):
        yield Answer(*pieces[start : start + 4], pieces[start + 4].strip() + "\n", file.stem, number)


def exercises(slug: str) -> dict[str, Exercise]:
    module = importlib.import_module(f"cs231n_lib.lessons.{slug[3:]}.checks")
    return {v.name: replace(v, seconds=2.0) for v in vars(module).values() if isinstance(v, Exercise)}


@dataclass
class Tried:
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


def attempt(answer: Answer, exercise: Exercise) -> Tried:
    with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(io.StringIO()):
        try:
            function = answer.function()
        except Exception as error:  # a cell that does not run defines nothing
            function = lambda *args, error=error: (_ for _ in ()).throw(error)  # noqa: E731  (a raise is no expression)
        start = time.process_time()
        results = [exercise(function, seed=SEEDS[0])]
        seconds = time.process_time() - start
        results += [exercise(function, seed=seed, where=False) for seed in SEEDS[1:]]
    return Tried(answer, results, seconds)


def told(tried: Tried) -> str:
    answer, lines = tried.answer, []
    lines.append(f"{answer.file} #{answer.number} {answer.exercise} [{answer.verdict}] {answer.slip}  @ {answer.at}")
    named = dict.fromkeys(m for r in tried.results for m in r.mistakes)
    lines.extend(f"    name  {name}: {explanation}" for name, explanation in named)
    if tried.place:
        lines.append(f"    place {tried.place}")
    if tried.kind in ("unnamed", "refused"):
        lines += [f"    {r.points:g} {row.title}: {row.sentence} {row.detail}"
                  for r in tried.results[:1] for row in r.rows if not row.passed]  # fmt: skip
        lines += [f"    {r.problem}" for r in tried.results[:1] if r.problem]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("slugs", nargs="*")
    parser.add_argument("--show", action="append", default=[])
    options = parser.parse_args()
    columns = ("wrong", "full", "named", "unnamed", "placed", "at slip", "raises", "neither", "right", "refused")
    total: Counter[str] = Counter()
    every: list[Tried] = []
    for file in sorted(options.folder.glob("*.py")):
        if options.slugs and file.stem not in options.slugs:
            continue
        count: Counter[str] = Counter()
        checks = exercises(file.stem)
        for answer in answers(file):
            if answer.verdict == "debatable":
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
