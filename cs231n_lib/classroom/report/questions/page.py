"""Printed pages with the questions, and the key."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from .question import CodeQuestion, Effect, QuestionKind

LETTERS = "ABCDE"
_TIMES = {1: "", 2: "second", 3: "third"}

STYLE = """
@page { margin: 10mm 13mm }
body { font: 9pt/1.25 "DejaVu Sans", Arial, sans-serif; color: #000; background: #fff;
  max-width: 184mm; margin: 0 auto }
section { break-after: page }
section:last-of-type { break-after: auto }
h1 { font-size: 11pt; margin: 0 0 1mm }
h2 { font-size: 9pt; margin: 2mm 0 0.5mm; border-top: 0.2mm solid #000; padding-top: 0.8mm }
p { margin: 0.7mm 0 }
pre, code { font: 7.8pt/1.18 "DejaVu Sans Mono", Consolas, monospace }
pre { margin: 0.7mm 0; white-space: pre-wrap }
pre.call { border-left: 0.6mm solid #888; padding-left: 2mm }
.question, pre { break-inside: avoid }
.question { margin: 1mm 0 }
.options { margin: 0.3mm 0 0.3mm 5mm; padding: 0; list-style: none }
.options li { display: inline; margin-right: 3mm }
.answer::after { content: ""; display: inline-block; width: 30mm; border-bottom: 0.2mm solid #000; margin-left: 3mm }
table { border-collapse: collapse; margin: 1mm 0 4mm }
td { border: 0.2mm solid #000; padding: 0.5mm 2mm; vertical-align: top }
"""


@dataclass(frozen=True)
class StudentPage:
    """Questions of one student. ``label`` is the name or id that the page shows."""

    label: str
    questions: Sequence[CodeQuestion]
    sources: Mapping[str, str]
    """Printed answers by exercise."""
    reasons: Sequence[str] = ()
    """Reasons for fewer than five questions, each a clause."""
    cpu_seconds: float = 0.0
    candidates: Sequence[CodeQuestion] = ()
    """Confirmed questions from which ``questions`` were chosen."""


def markup(text: str) -> str:
    """Convert a sentence to HTML, with text in backticks as code.

    >>> markup("you *add* `a < b`")
    'you <em>add</em> <code>a &lt; b</code>'
    """
    parts = text.split("`")
    plain = [re.sub(r"\*(\w[^*]*)\*", r"<em>\1</em>", escape(part, quote=False)) for part in parts[::2]]
    coded = [f"<code>{escape(part, quote=False)}</code>" for part in parts[1::2]]
    return "".join(piece for pair in zip(plain, [*coded, ""], strict=False) for piece in pair)


def sentence(question: CodeQuestion) -> str:
    """Return a question as text, with code in backticks."""
    text, line = question.text, question.line
    if question.kind is QuestionKind.COUNT:
        return f"How many times does line {line} run?"
    if question.kind is QuestionKind.SWAP:
        return f"Lines {line} and {question.other_line} trade places. What changes?"
    if question.kind in (QuestionKind.EDIT, QuestionKind.MISTAKE):
        change = f"Line {line} becomes `{text}`." if text else f"Line {line} is deleted."
        asked = "What changes?" if question.kind is QuestionKind.EDIT else "Which sentence describes the effect?"
        return f"{change} {asked}"
    what = "value" if question.kind is QuestionKind.VALUE else "shape"
    if not line:
        return "What does the call return?" if what == "value" else "What is the shape of the call's result?"
    time = f" for the {_TIMES[question.at]} time" if question.at > 1 else ""
    if text.isidentifier():
        return f"What is the {what} of `{text}` after line {line} has run{time}?"
    return f"What is the {what} of `{text}` in line {line}{f', when the line runs{time}' if time else ''}?"


def numbered(source: str) -> str:
    """Return code with a number before each line."""
    return "\n".join(f"{number:3d}  {line}".rstrip() for number, line in enumerate(source.splitlines(), 1))


def pages(title: str, students: Sequence[StudentPage]) -> str:
    """Return the document with a page for each student."""
    return _document(title, "\n".join(_section(title, student) for student in students))


def key(title: str, students: Sequence[StudentPage]) -> str:
    """Return the document with the key of all pages."""
    note = (
        "The key was computed by running each student's own code. The questions show whether students understand their "
        "code. They do not show who wrote it, and no grade may depend on them automatically."
    )
    body = [f"<h1>Key: {escape(title)}</h1>", f"<p>{note}</p>"]
    for student in students:
        rows = [
            f"<tr><td>{number}</td><td><code>{question.exercise}</code></td>"
            f"<td>{markup(sentence(question))}</td><td>{_answer(question)}</td></tr>"
            for number, question in enumerate(student.questions, 1)
        ]
        body.append(f"<h2>{escape(student.label)}</h2>")
        body.append(f"<table>{''.join(rows)}</table>" if rows else f"<p>{_shortage(student)}</p>")
    return _document(f"Key: {title}", "\n".join(body))


def _answer(question: CodeQuestion) -> str:
    if not question.options:
        return f"<b>{escape(question.key)}</b>"
    return f"<b>{LETTERS[question.options.index(question.key)]}</b> {markup(question.key)}"


def _document(title: str, body: str) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _section(title: str, student: StudentPage) -> str:
    body = [f"<h1>{escape(title)}: {escape(student.label)}</h1>"]
    if student.questions:
        body.append(
            "<p>These questions are about your own code. Answer them without a computer or notes. "
            "Each question is about the call below the code. Round numbers to two decimals.</p>"
        )
    if shortage := _shortage(student):
        body.append(f"<p>{shortage}</p>")
    if any(question.kind in (QuestionKind.EDIT, QuestionKind.SWAP) for question in student.questions):
        options = "".join(f"<li><b>{LETTERS[i]}</b> {markup(effect.value)}</li> " for i, effect in enumerate(Effect))
        body.append(f'<p>“What changes?” asks for one of these letters:</p><ul class="options effects">{options}</ul>')
    shown = ""
    for number, question in enumerate(student.questions, 1):
        if question.exercise != shown:
            shown = question.exercise
            body.append(f"<h2>{shown}</h2>")
            body.append(f'<pre class="code">{escape(numbered(student.sources[shown]), quote=False)}</pre>')
            body.append(f'<pre class="call">{escape(question.call, quote=False)}</pre>')
        body.append(_question(number, question))
    return "<section>\n" + "\n".join(body) + "\n</section>"


def _question(number: int, question: CodeQuestion) -> str:
    asked = f'<b>{number}.</b> <span class="asked">{markup(sentence(question))}</span><span class="answer"></span>'
    options = ""
    if question.kind is QuestionKind.MISTAKE:
        listed = "".join(
            f"<li><b>{letter}</b> {markup(o)}</li> " for letter, o in zip(LETTERS, question.options, strict=False)
        )
        options = f'<ul class="options">{listed}</ul>'
    return f'<div class="question">{asked}{options}</div>'


def _shortage(student: StudentPage) -> str:
    """Return a sentence on why there are few questions, or ""."""
    if not student.reasons:
        return ""
    count = {0: "no question", 1: "only one question"}.get(
        len(student.questions), f"only {len(student.questions)} questions"
    )
    return f"This page has {count}, because {markup('; '.join(student.reasons))}."
