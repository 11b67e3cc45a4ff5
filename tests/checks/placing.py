"""How true the places are that value replacement proves: a slip that was planted has a known place.

    python tests/checks/placing.py [references] [alternatives] [pairs] [NN_slug or slug ...] [--show] [--most N]

``references`` plants every slip of one token in every reference; ``alternatives`` does so in the right answers of the
tests, with the reference as the only right solution; ``pairs`` plants two slips at once, half of them in two outputs.
Prints by exercise how many lose points, how many of these are placed, and how many of the places are true: at the
slip, a part of it, what it is part of, on its line, or several lines of which one is its line. Slips in what is
assigned to are left out. ``--show`` prints what is told elsewhere or not at all, ``--most`` draws so many slips of an
exercise.
"""

import argparse
import ast
import copy
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from checks.mutants import SLUGS, Mutant, exercises, in_process, mutants, typed
from lessons.battery import answers

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.declare import RowKind
from cs231n_lib.checks.locate.place import places
from cs231n_lib.checks.marking import Marking
from cs231n_lib.checks.run.instrument import text_of
from cs231n_lib.checks.run.runner import LocalRunner

SECONDS = 1.0
SEED = "1"


@dataclass(frozen=True)
class Placed:
    """What was told of one wrong answer: the planted lines, the told ones, and the CPU of the search in seconds."""

    text: str
    planted: tuple[int, ...]
    told: tuple[str, ...]
    true: tuple[bool, ...]
    cpu: float
    outputs: bool = False


def marked(exercise: Exercise, function: Any) -> Marking | None:
    """The marking of an answer that runs to an end and loses points."""
    marking = exercise.mark(LocalRunner(function, SECONDS, exercise.collect), SEED)
    wrong = marking.result(show_numbers=True).points < exercise.points
    return marking if wrong and not any(o.error for o in marking.student.all_outcomes) else None


def placed(marking: Marking, function: Any, text: str, spans: Sequence[range], outputs: bool = False) -> Placed:
    """The places of an answer whose slips are on the lines of ``spans``."""
    start = time.process_time()
    found = places(marking.student, marking.rows, function, edits=False)
    cpu = time.process_time() - start
    true = tuple(any({place.line, *place.sources} & {*span} for span in spans) for place in found)
    return Placed(text, tuple(s.start for s in spans), tuple(p.sentence() for p in found), true, cpu, outputs)


def span(mutant: Mutant) -> range:
    """The lines of a slip."""
    return range(mutant.node.lineno, mutant.node.end_lineno + 1)


def of_slips(exercise: Exercise, functions: Sequence[Any], most: int | None) -> Iterator[Placed]:
    """Each slip of each function, or ``most`` of them, drawn."""
    drawn = [mutant for function in functions for mutant in _with_values(function)]
    if most and len(drawn) > most:
        drawn = random.Random(SEED).sample(drawn, most)
    for mutant in drawn:
        function = mutant.function()
        marking = marked(exercise, function)
        if marking:
            yield placed(marking, function, mutant.text, [span(mutant)])


def _with_values(function: Any) -> Iterator[Mutant]:
    """The slips but for those in what is assigned to: no value is wrong there."""
    yield from (m for m in mutants(function) if not {"target", "targets"} & {name for name, _ in m.path})


def of_references(exercise: Exercise, most: int | None) -> Iterator[Placed]:
    yield from of_slips(exercise, [exercise.reference], most)


def of_alternatives(slug: str) -> Callable[[Exercise, int | None], Iterator[Placed]]:
    def place(exercise: Exercise, most: int | None) -> Iterator[Placed]:
        right = [f for f in answers(slug, "ALTERNATIVES").get(exercise.name, []) if _has_text(f)]
        yield from of_slips(exercise, right, most)

    return place


def _has_text(function: Any) -> bool:
    text = text_of(function)
    return text is not None and any(isinstance(n, ast.FunctionDef) and n.name == text.name for n in text.tree.body)


def of_pairs(exercise: Exercise, most: int | None) -> Iterator[Placed]:
    """Two slips at once: ``most`` in two outputs, where there are several, and as many wherever they fall."""
    drawn = list(_with_values(exercise.reference))
    random.Random(SEED).shuffle(drawn)
    wrong = {}
    for mutant in drawn[:20]:
        marking = marked(exercise, mutant.function())
        if marking:
            wrong[mutant] = _wrong_outputs(marking)
    pairs = [(a, b) for a in wrong for b in wrong if str(a.path) < str(b.path) and not _nested(a, b)]
    random.Random(SEED).shuffle(pairs)
    apart = [(a, b) for a, b in pairs if wrong[a] and wrong[b] and not wrong[a] & wrong[b]]
    for outputs, chosen in ((True, apart), (False, pairs)):
        count = 0
        for a, b in chosen:
            if count == most:
                break
            text, spans = _both(a, b)
            function = typed(text, exercise.reference)
            marking = marked(exercise, function)
            if marking:
                count += 1
                yield placed(marking, function, text, spans, outputs)


def _wrong_outputs(marking: Marking) -> frozenset[int]:
    found = [
        marking.student.comparison(case) for row in marking.rows if row.kind is RowKind.VALUES for case in row.cases
    ]
    return frozenset(i for c in found for i, (_, d) in enumerate(c.outputs) if d)


def _nested(a: Mutant, b: Mutant) -> bool:
    short = min(len(a.path), len(b.path))
    return a.path[:short] == b.path[:short]


def _both(a: Mutant, b: Mutant) -> tuple[str, list[range]]:
    """A text with both slips, and the lines of each."""
    tree, new = ast.parse(a.text), copy.deepcopy(b.node)
    (name, position), node = b.path[-1], _at(tree, b.path[:-1])
    if position is None:
        setattr(node, name, new)
    else:
        getattr(node, name)[position] = new
    text = ast.unparse(tree) + "\n"
    both = ast.parse(text)
    nodes = [_at(both, m.path) for m in (a, b)]
    return text, [range(n.lineno, n.end_lineno + 1) for n in nodes]


def _at(node: Any, path: Any) -> Any:
    for name, position in path:
        node = getattr(node, name) if position is None else getattr(node, name)[position]
    return node


def measured(exercise: Exercise, kind: Callable[..., Iterator[Placed]], most: int | None) -> list[Placed]:
    """What ``kind`` yields, in a process of its own."""
    return in_process(kind, replace(exercise, seconds=SECONDS), most)


def counted(found: Sequence[Placed]) -> tuple[int, int, int]:
    """Wrong answers, those with a place, and those all of whose places are true."""
    return len(found), sum(bool(p.told) for p in found), sum(bool(p.told) and all(p.true) for p in found)


def line(name: str, found: Sequence[Placed]) -> str:
    wrong, has, true = counted(found)
    cpu = sorted(p.cpu for p in found) or [0.0]
    return (f"{name:32} wrong {wrong:5} placed {has:5} ({has / max(wrong, 1):4.0%}) true {true:5} "
            f"({true / max(has, 1):6.1%})  CPU 90 % {cpu[int(0.9 * len(cpu))]:.2f}, most {cpu[-1]:.2f} s")  # fmt: skip


def shown(found: Sequence[Placed]) -> Iterator[str]:
    for p in found:
        if not p.told or not all(p.true):
            at = "; ".join(p.text.splitlines()[i - 1].strip() for i in p.planted)
            yield f"    {'ELSE' if p.told else 'NONE'} @ {p.planted}: {at}  told: {'; '.join(p.told)}  ({p.cpu:.2f} s)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--most", type=int)
    options = parser.parse_args()
    kinds = [k for k in ("references", "alternatives", "pairs") if k in options.what] or ["references"]
    for kind in kinds:
        every: list[Placed] = []
        for slug in [s for s in SLUGS if s in options.what] or SLUGS:
            for exercise in [e for e in exercises(slug) if e.name in options.what] or exercises(slug):
                place = {"references": of_references, "alternatives": of_alternatives(slug), "pairs": of_pairs}[kind]
                found = measured(exercise, place, options.most or (4 if kind == "pairs" else None))
                every += found
                print(line(exercise.name, found), *(shown(found) if options.show else ()), sep="\n", flush=True)
        print(line(f"all slips of {kind}", every))
        if kind == "pairs":
            for label, chosen in (("in two outputs", True), ("anywhere", False)):
                part = [p for p in every if p.outputs is chosen]
                told = [t for p in part for t in p.true]
                print(f"  {label}: {len(part)} pairs, something told in {sum(bool(p.told) for p in part)}; "
                      f"{sum(told)} of {len(told)} places are at one of the two")  # fmt: skip


if __name__ == "__main__":
    main()
