"""Turns of phrase that are not English, or not plain English, in what a student, an instructor or a maintainer reads.

Two kinds of text are looked at: files of prose (without their code), and the strings of the library, docstrings too.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

TURNS = {
    "otherwise": r"(?<!\ball )(?<!\bnothing )(?<!\banything )(?<!\bsomething )(?<!\beverything )(?<!\bnobody )"
    r"(?<!\bsomebody )(?<!\banybody )(?<!\bsomeone )(?<!\beveryone )(?<!\bwhat )(?<!\bwho )(?<!\bwhere )\belse\b",
    "should, must or will": r"\bshall\b",
    "is": r"(?<!\bas it )(?<!\bas they )(?<!\byou )\bstands?\b(?! (?:for|on|still|up|out|alone)\b)",
    "distinguished": r"\btold apart\b",
    "of one kind": r"\bmade alike\b",
    "the first of those that are equal": r"\bof equals?(?: ones?)?,? the first\b",
    "copes with": r"\bcannot bear\b|\bbears? (?:outliers|±)",
    "lets you": r"\b(?:allows|enables|permits) to\b",
    "what it looks like": r"\bhow (?:it|this|they|that) looks? like\b",
    "information": r"\binformations\b",
    "depends on": r"\bdepend(?:s|ing)? (?:from|of)\b",
    "for example": r"\bas example\b",
    "different from": r"\bdifferent than\b",
}
"""What to say in place of each turn, and the turn."""

PROSE = ["README.md", "CONTRIBUTING.md", "docs/**/*.md"]
LESSONS = ["solutions/**/*.py"]
STRINGS = ["cs231n_lib/**/*.py"]
SHOWN = re.compile(r"cs231n_lib/(functions|lessons|network|search|training|widgets)/")
"""Where docstrings are looked at too: students see them with Shift+Tab."""


def files(patterns: list[str]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def without_code(text: str) -> str:
    """The prose of a Markdown text, each line in its place."""
    text = re.sub(r"^```.*?^```", lambda code: "\n" * code[0].count("\n"), text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^.* → .*$|^.* →$|^.* ⏎ .*$", "", text, flags=re.MULTILINE)  # an edit in a table of mistakes
    return re.sub(r"`[^`\n]*`|<code>.*?</code>|\$[^$\n]*\$", "·", text)


def passages(path: Path) -> Iterator[tuple[int, str]]:
    """Texts of a file, each with the number of its first line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        yield 1, without_code(text)
        return
    if "solutions" in path.parts:
        yield 1, without_code("\n".join(line if line.startswith("#") else "" for line in text.splitlines()))
    tree = ast.parse(text)
    shown = SHOWN.search(path.as_posix()) or "solutions" in path.parts
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and not shown}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, without_code(node.value)


def slips(path: Path) -> list[str]:
    """What is not English in a file: where, the words around it, and what to say."""
    found = []
    for first, text in passages(path):
        for better, turn in TURNS.items():
            for match in re.finditer(turn, text, re.IGNORECASE):
                line = first + text.count("\n", 0, match.start())
                around = " ".join(text[max(0, match.start() - 40) : match.end() + 30].split())
                found.append(f"{path.relative_to(ROOT)}:{line}: …{around}… ({match[0]!r}: say {better!r})")
    return found


@pytest.mark.parametrize("path", files(PROSE + LESSONS), ids=lambda path: str(path.relative_to(ROOT)))
def test_prose_is_plain_english(path: Path) -> None:
    assert not slips(path), "\n".join(slips(path))


def test_what_the_library_says_is_plain_english() -> None:
    found = [slip for path in files(STRINGS) for slip in slips(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("sentence", "better"),
    [
        ("Divide by N; else it is a sum.", "otherwise"),
        ("If nbgrader shall know", "should, must or will"),
        ("The rubric stands in the last cell.", "is"),
        ("lines told apart by colour", "distinguished"),
        ("a loss that bears outliers", "copes with"),
        ("This allows to check", "lets you"),
    ],
)
def test_unidiomatic_phrase_is_found_with_a_better_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sentence: str, better: str
) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(f"First line.\n{sentence} `x if y else z`\n")
    (slip,) = slips(page)
    assert slip.startswith("page.md:2:")
    assert better in slip


GOOD = ["nothing else", "N stands for", "Stand on a hill", "typed as it stands", "`a if b else c`", "elsewhere"]


@pytest.mark.parametrize("sentence", GOOD)
def test_good_english_is_not_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sentence: str) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(sentence)
    assert slips(page) == []
