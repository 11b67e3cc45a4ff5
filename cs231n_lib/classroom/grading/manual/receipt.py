"""Result of an objection, as text for the instructor and a page for the student."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from cs231n_lib import colors
from cs231n_lib.checks.report import inline
from cs231n_lib.checks.run import messages
from cs231n_lib.course.plan import NOTEBOOKS
from cs231n_lib.storage import write_files

from ..ledger import spell_code
from .regrade import Regrade

LOOKS_RIGHT = "The results look the same here, because they differ only in digits or entries that are not shown."


def text_of(done: Regrade) -> str:
    """Describe a second run for the instructor's terminal."""
    return "\n".join(_lines(done))


def _lines(done: Regrade) -> Iterator[str]:
    answer = done.answer
    name = f" ({done.name})" if done.name else ""
    yield f"{spell_code(answer.code)}: {answer.exercise} in {answer.lesson}, by {answer.student}{name}"
    yield f"{_verdict(done)}. {_explanation(done)}"
    if done.result.problem:
        yield messages.problem(done.result.problem)
    if failed := done.failed:
        label = f" for the case “{failed.label}”" if failed.label else ""
        yield f"The row “{failed.row}” failed{label}{', in its last call' if failed.from_property else ''}"
        right = "reference" if failed.from_property else "expected"
        facts = {**failed.arguments, right: failed.expected, "got": failed.actual}
        width = max(map(len, facts))
        for fact, value in facts.items():
            first, *more = value.splitlines() or [""]
            yield f"  {fact:{width}}  {first}"
            yield from (f"  {'':{width}}  {line}" for line in more)
        if failed.sentence:
            yield f"  {failed.sentence}"
        if failed.looks_right:
            yield f"  {LOOKS_RIGHT}"
    yield from (f"{messages.LIKELY} mistake ({name}): {explanation}" for name, explanation in done.result.mistakes)


def _verdict(done: Regrade) -> str:
    result = done.result
    now, recorded = (f"{points:g} of {result.out_of:g}" for points in (result.points, done.recorded))
    changed = f"The points have changed: {now} in this run, {recorded} recorded"
    return f"The points are the same: {now}" if done.same else changed


def _explanation(done: Regrade) -> str:
    why = "The answer ran again on the same cases and earned the same points."
    if not done.same:
        why = "The check has changed since the first run, or the answer depends on chance or on time."
    by_hand = f" A person has given {done.by_hand:g} points instead." if done.by_hand is not None else ""
    return why + by_hand


def receipt_page(done: Regrade) -> str:
    """Return the student's receipt as one self-contained page, without scripts."""
    answer = done.answer
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["inline"] = lambda text: Markup(inline(text))
    page = environment.from_string(Path(__file__).with_name("receipt.html").read_text(encoding="utf-8"))
    return page.render(
        exercise=answer.exercise,
        code=spell_code(answer.code),
        title=next((one.title for one in NOTEBOOKS if one.folder == answer.lesson), answer.lesson),
        student=done.name or answer.student,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        edge=colors.BLUE if done.same else colors.VERMILION,
        verdict=_verdict(done),
        explanation=_explanation(done),
        problem=messages.problem(done.result.problem) if done.result.problem else "",
        mistakes=[f"**{messages.LIKELY} mistake:** {explanation}" for _, explanation in done.result.mistakes],
        failed=done.failed,
        looks_right=LOOKS_RIGHT,
        source=done.source,
        seed=done.seed,
    )


def write_receipt(root: Path, done: Regrade) -> Path:
    """Write the student's receipt below ``report/``, and return its path."""
    path = root / "report" / "receipts" / f"{spell_code(done.answer.code)}.html"
    write_files({path: receipt_page(done).encode()})
    return path
