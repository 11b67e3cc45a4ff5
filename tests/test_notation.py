"""One letter, one meaning: ``docs/notation.md`` is held against the formulas of the lessons.

A formula is what a lesson's text has between dollar signs. Names in `code` and whole words, such as ``dout``, are no
letters.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTATION = (ROOT / "docs/notation.md").read_text(encoding="utf-8")
LESSONS = sorted(path for path in ROOT.glob("solutions/0*/*.py"))

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
LABELS = {"in", "out"}
"""Words that are subscripts."""


def rows(heading: str) -> list[list[str]]:
    """Cells of the rows of the table below a heading, without its head."""
    section = NOTATION.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def letters_of(cell: str) -> set[str]:
    return set(cell.split(", ")) - {""}


EVERYWHERE = {letter for row in rows("Letters") for cell in (row[0], row[2]) for letter in letters_of(cell)}
LOCAL = [
    (letter, lessons.split(", "), means)
    for cell, lessons, means in rows("Letters of single lessons")
    for letter in letters_of(cell)
]


def named_after(start: str) -> set[str]:
    """The single letters of the paragraph that begins so, which are no words of it."""
    return set(re.findall(r"\b[b-z]\b", NOTATION.partition(start)[2].partition("\n")[0]))


COUNTERS, OTHER_SUBSCRIPTS = named_after("**Counters**"), named_after("**subscripts**")


def formulas(text: str) -> list[str]:
    """What the markdown of a lesson's text has between dollar signs."""
    prose = "\n".join(line[1:] for line in text.splitlines() if line.startswith("#"))
    prose = re.sub(r"`[^`\n]*`", " ", prose)
    return [display or inline for display, inline in re.findall(r"\$\$(.+?)\$\$|\$([^$]+?)\$", prose, re.DOTALL)]


def letters(formula: str) -> tuple[set[str], set[str]]:
    """The letters of a formula: those that are values, and those that are subscripts."""
    formula = re.sub(r"\\(?:text|operatorname|mathrm|begin|end)\s*\{[^}]*\}", " ", formula)
    formula = re.sub(r"\\(" + "|".join(GREEK) + r")(?![A-Za-z])", lambda name: f" {GREEK[name[1]]} ", formula)
    formula = re.sub(r"\\(?:min|max)_\{([^}]*)\}", r" \1 ", formula)
    formula = re.sub(r"\\[A-Za-z]+", " ", formula)
    below = re.findall(r"_\{([^}]*)\}|_\s*(\w)", formula)
    runs = [run for pair in below for run in re.findall("[A-Za-zα-ω]+", "".join(pair)) if run not in LABELS]
    above = re.sub(r"_\{[^}]*\}|_\s*\w", " ", formula)
    return {run for run in re.findall("[A-Za-zα-ω]+", above) if len(run) == 1}, set("".join(runs))


def test_letter_used_everywhere_has_no_local_meaning() -> None:
    assert {letter for letter, _, _ in LOCAL} & EVERYWHERE == set()


def test_no_letter_is_given_two_rows_for_one_lesson() -> None:
    pairs = [(letter, lesson) for letter, lessons, _ in LOCAL for lesson in lessons]
    assert [pair for pair in pairs if pairs.count(pair) > 1] == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_letter_of_a_lessons_formulas_is_in_the_tables(path: Path) -> None:
    known = EVERYWHERE | COUNTERS | {letter for letter, lessons, _ in LOCAL if path.stem[:2] in lessons}
    below = EVERYWHERE | COUNTERS | OTHER_SUBSCRIPTS
    for formula in formulas(path.read_text(encoding="utf-8")):
        values, subscripts = letters(formula)
        assert values <= known, f"not in docs/notation.md for lesson {path.stem[:2]}: {values - known} in {formula}"
        assert subscripts <= below, f"not among the subscripts: {subscripts - below} in {formula}"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_learning_rate_is_always_alpha_and_alpha_nothing_else(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prose = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    named = re.findall(r"learning rate\W{1,5}(\\[a-z]+|[α-ω])", prose)
    assert {GREEK.get(name.strip("\\"), name) for name in named} <= {"α"}
    assert "η" not in prose.replace("many books write η", "")
    assert "\\eta" not in prose
    assert not re.search(r"(?:leak\w*|slope)[^.]{0,20}(?:α|\\alpha)", prose)


@pytest.mark.parametrize(
    ("formula", "values", "subscripts"),
    [
        (r"w \leftarrow w - \alpha\, \nabla L(w)", {"w", "α", "L"}, set()),
        (r"p_{nk} = \frac{e^{s_{nk}}}{\sum_j e^{s_{nj}}}", {"p", "e", "s"}, {"n", "k", "j"}),
        (r"\text{out}_{nh} = \max_j c_{njh}, \quad dout \cdot x_i", {"c", "x"}, {"n", "h", "j", "i"}),
        (r"\gamma/\sqrt{\sigma_r^2 + \varepsilon}, w_{out}", {"γ", "σ", "ε", "w"}, {"r"}),
    ],
)
def test_letters_are_found(formula: str, values: set[str], subscripts: set[str]) -> None:
    assert letters(formula) == (values, subscripts)
