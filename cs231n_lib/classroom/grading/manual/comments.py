"""Comments that graders insert by a short key, read from ``comments.toml``.

Each table of the file contains the comments on one written answer, by key. A grader writes ``@key`` into Formgrader's
comment field, and `write_out` replaces the key with the text.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from nbgrader.api import Comment, Gradebook

from ...errors import ClassroomError

FILE = "comments.toml"

Library = Mapping[str, Mapping[str, str]]
"""Comments of a lesson, by written answer and key."""

_KEY = re.compile(r"[a-z0-9_-]{1,30}", re.ASCII)
_USED = re.compile(r"(?<![\w.@])@([\w-]+)")


@dataclass(frozen=True)
class KeyedComment:
    """Id of a comment, and its text before and after known keys are replaced."""

    id: str
    before: str
    after: str


@dataclass
class FoundKeys:
    """Comments whose keys can be replaced, and the keys that no comment has."""

    comments: list[KeyedComment] = field(default_factory=list)
    unknown: list[tuple[str, str, str]] = field(default_factory=list)
    """Submitted notebook's id, unknown key, and closest known key or an empty string."""


def read_comments(file: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Read the comments by lesson, written answer and key, or none without a file.

    Raises
    ------
    ClassroomError
        If the file is not valid TOML, or a comment is not text under a short key.
    """
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ClassroomError(f"{file} cannot be read: {error}") from None
    for lesson, answers in found.items():
        for answer, comments in answers.items() if isinstance(answers, dict) else [("", None)]:
            if not isinstance(comments, dict):
                raise ClassroomError(f"{file}: write the comments below a heading such as [{lesson}.reflection]")
            for key, text in comments.items():
                if not _KEY.fullmatch(key):
                    rule = "Use at most 30 lowercase letters, digits, - and _"
                    raise ClassroomError(f"{file}, [{lesson}.{answer}]: {key!r} cannot be a key. {rule}")
                if not isinstance(text, str) or not text.strip():
                    raise ClassroomError(f"{file}, [{lesson}.{answer}]: {key} must be text in quotation marks")
    return found


def comments_of(file: Path, lesson: str, lessons: Iterable[str], answers: Iterable[str]) -> Library:
    """Return a lesson's comments, and check the headings of the file.

    Raises
    ------
    ClassroomError
        As `read_comments`, or if a heading names no lesson or no written answer of this lesson.
    """
    library = read_comments(file)
    for name in library:
        _require(name, [*lessons], file, "lesson called")
    for name in library.get(lesson, {}):
        _require(name, [*answers], file, f"written answer of {lesson} called")
    return library.get(lesson, {})


def _require(name: str, known: Sequence[str], file: Path, kind: str) -> None:
    if name not in known:
        close = get_close_matches(name, known, 1)
        remedy = f"Did you mean {close[0]}?" if close else f"Choose from {', '.join(known)}"
        raise ClassroomError(f"{file}: there is no {kind} {name}. {remedy}")


def expand(text: str, comments: Mapping[str, str]) -> tuple[str, list[str]]:
    """Replace each key in a comment with its text, and return the unknown keys too.

    >>> expand("@kink Well seen. @knik", {"kink": "You name kinks."})
    ('You name kinks. Well seen. @knik', ['knik'])
    """
    unknown = [key for key in _USED.findall(text) if key not in comments]
    return _USED.sub(lambda found: comments.get(found[1], found[0]), text), unknown


def find_keys(gradebook: Gradebook, lesson: str, library: Library) -> FoundKeys:
    """Find the keys in the comments on a lesson."""
    found = FoundKeys()
    for notebook in gradebook.notebook_submissions(lesson, lesson):
        for comment in notebook.comments:
            known = library.get(str(comment.name), {})
            if not comment.manual_comment or not known:
                continue
            text, unknown = expand(comment.manual_comment, known)
            close = {key: get_close_matches(key, known, 1) for key in unknown}
            found.unknown += [(str(notebook.id), key, "".join(close[key])) for key in unknown]
            if text != comment.manual_comment:
                found.comments.append(KeyedComment(str(comment.id), comment.manual_comment, text))
    return found


def write_out(gradebook: Gradebook, comments: Iterable[KeyedComment]) -> int:
    """Replace the keys in comments, commit, and return the number of comments changed.

    A comment that a grader has changed since it was read stays as it is. The next run replaces its keys.
    """
    written = 0
    for one in comments:
        unchanged = gradebook.db.query(Comment).filter(Comment.id == one.id, Comment.manual_comment == one.before)
        written += unchanged.update({Comment.manual_comment: one.after}, synchronize_session=False)
    gradebook.db.commit()
    return written
