"""Schedule of the review, and the file of the student's answers.

After a right answer, the package ``fsrs`` computes when the question is due again. After a wrong one, the question is
due the next day. The file is in the course's folder beside the score sheet, and nothing is sent. A damaged file is kept
under another name when the next answer is written.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cs231n_lib.course.plan import Lesson, checks_of, exercises_of
from cs231n_lib.course.student.progress import AnswerState, Progress
from cs231n_lib.course.student.review.questions import ReviewQuestion
from cs231n_lib.storage import write_files

if TYPE_CHECKING:
    from fsrs import Scheduler

FILE, DAMAGED = "review.json", "review-damaged"
A_DAY = 3
"""Maximum number of questions per day."""
MAX_DAYS = 365
"""Maximum number of days before a question is due again."""
MAX_STABILITY = 1e6
"""Maximum value of fsrs's stability in a valid file, in days."""


@dataclass(frozen=True)
class Memory:
    """Last answer to a question, and when the question is due again."""

    right: bool
    answered: datetime
    due: datetime
    stability: float
    difficulty: float


@dataclass(frozen=True)
class State:
    """Answers of a student, by the question's key."""

    memories: Mapping[str, Memory] = field(default_factory=dict)
    day: str = ""
    """Day of the last review, as an ISO date."""
    answered: int = 0
    """Number of questions answered in the review on that day."""
    damage: str = ""
    """Sentence about a damaged file, or empty."""

    def left(self, today: date) -> int:
        """Return how many more questions the review may ask today."""
        return max(0, A_DAY - (self.answered if self.day == today.isoformat() else 0))


def done_lessons(course: Iterable[Progress]) -> list[Lesson]:
    """Return the lessons whose core exercises are all right."""
    return [progress.lesson for progress in course if progress.answers and _core_is_right(progress)]


def _core_is_right(progress: Progress) -> bool:
    states = {answer.name: answer.state for answer in progress.answers}
    core = [n for n, one in exercises_of(checks_of(progress.lesson.slug)).items() if one.importance == "core"]
    return all(states.get(name) is AnswerState.RIGHT for name in core if name in states)


def choose(questions: Sequence[ReviewQuestion], state: State, now: datetime) -> list[ReviewQuestion]:
    """Return the questions to ask today, at most three in a day.

    Due questions come first, beginning with those answered wrongly and, among equals, those answered longest ago. New
    questions fill the remaining places, and get the last place unless wrongly answered questions need it. They begin
    with the lesson that has the fewest answered questions.
    """
    today = now.astimezone().date()
    due = [one for one in questions if one.key in state.memories and _local_date(state.memories[one.key].due) <= today]
    due.sort(key=lambda one: (state.memories[one.key].right, state.memories[one.key].answered))
    wrong = sum(not state.memories[one.key].right for one in due)
    new, left = _new(questions, state), state.left(today)
    before = max(wrong, left - 1) if new else left
    return [*due[:before], *new, *due[before:]][:left]


def _new(pool: Sequence[ReviewQuestion], state: State) -> list[ReviewQuestion]:
    """Return the questions without an answer, alternating between the lessons."""
    counts = Counter(key.partition(".")[0] for key in state.memories)
    found = []
    for one in pool:
        if one.key not in state.memories:
            found.append((counts[one.lesson.slug], one.lesson.number, one))
            counts[one.lesson.slug] += 1
    return [one for *_, one in sorted(found, key=lambda entry: entry[:2])]


def answered(state: State, key: str, right: bool, now: datetime, *, in_review: bool = True) -> State:
    """Return the state after an answer.

    An answer given in a lesson also schedules the question but does not count towards `A_DAY`.
    """
    today = now.astimezone().date()
    memories = {**state.memories, key: _reviewed(state.memories.get(key), right, now)}
    if not in_review:
        return replace(state, memories=memories)
    return replace(state, memories=memories, day=today.isoformat(), answered=A_DAY - state.left(today) + 1)


def _reviewed(memory: Memory | None, right: bool, now: datetime) -> Memory:
    from fsrs import Card, Rating
    from fsrs import State as CardState

    now = now.astimezone(UTC).replace(tzinfo=UTC)
    card = Card(card_id=0, due=now)
    if memory:
        card = Card(0, CardState.Review, None, memory.stability, memory.difficulty, memory.due, memory.answered)
    card, _ = _scheduler().review_card(card, Rating.Good if right else Rating.Again, now)
    assert card.stability is not None
    assert card.difficulty is not None
    due = card.due if right else now + timedelta(days=1)  # fsrs waits up to a week if the question was known well
    return Memory(right, now, due, card.stability, card.difficulty)


@cache
def _scheduler() -> "Scheduler":
    """Scheduler in whole days, which asks a question at most once a day."""
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=MAX_DAYS, enable_fuzzing=False)


def _local_date(moment: datetime) -> date:
    return moment.astimezone().date()


def read_state(course: Path) -> State:
    """Read the answers in the folder ``course``, and describe damage in the state."""
    try:
        content = (course / FILE).read_bytes()
    except FileNotFoundError:
        return State()
    except OSError as error:
        return State(damage=f"{FILE} cannot be read ({error.strerror}), so the review starts from the beginning.")
    try:
        written = json.loads(content)
        memories = {key: _memory(entry) for key, entry in written["questions"].items()}
        day, count = str(written["day"]), int(written["answered"])
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return State(_readable(content), damage=f"{FILE} is damaged, so unreadable answers are left out. {_KEPT}")
    return State(memories, day, count)


_KEPT = f"When you answer, the file is kept as {DAMAGED}-1.json, or with the next free number."


def _readable(content: bytes) -> dict[str, Memory]:
    """Return the entries of a damaged file that can be read."""
    try:
        return _readable_entries(dict(json.loads(content)["questions"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}


def _readable_entries(entries: Mapping[str, Any]) -> dict[str, Memory]:
    found = {}
    for key, entry in entries.items():
        try:
            found[key] = _memory(entry)
        except (ValueError, TypeError, KeyError, OverflowError):
            continue
    return found


def _memory(entry: Any) -> Memory:
    answered, due = (datetime.fromisoformat(entry[name]).astimezone(UTC) for name in ("answered", "due"))
    stability, difficulty = float(entry["stability"]), float(entry["difficulty"])
    if not (0 < stability <= MAX_STABILITY and 1 <= difficulty <= 10 and isinstance(entry["right"], bool)):
        raise ValueError(entry)
    return Memory(entry["right"], answered, due, stability, difficulty)


def write_state(course: Path, state: State) -> None:
    """Write the answers atomically. A damaged file is first copied to a free name.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    questions = {
        key: {
            "right": one.right, "answered": one.answered.isoformat(), "due": one.due.isoformat(),
            "stability": one.stability, "difficulty": one.difficulty,
        }
        for key, one in state.memories.items()
    }  # fmt: skip
    written = {"day": state.day, "answered": state.answered, "questions": questions}
    files: dict[Path, Any] = {}
    if read_state(course).damage and (course / FILE).exists():
        number = next(n for n in range(1, 10_000) if not (course / f"{DAMAGED}-{n}.json").exists())
        files[course / f"{DAMAGED}-{number}.json"] = (course / FILE).read_bytes()
    write_files({**files, course / FILE: (json.dumps(written, indent=1) + "\n").encode()})


def merge_records(here: Mapping[str, Any], brought: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Merge two answer files. Return the result and the answers from ``brought``.

    The later answer to each question counts. Of two review days, the later one is kept, with its number of answers.
    """
    mine, theirs = (_readable_entries(_questions(one)) for one in (here, brought))
    newer = {
        key: brought["questions"][key]
        for key, memory in theirs.items()
        if key not in mine or memory.answered > mine[key].answered
    }
    days = [one for one in (here, brought) if isinstance(one.get("day"), str) and isinstance(one.get("answered"), int)]
    last = max(days, key=lambda one: (one["day"], one["answered"]), default={"day": "", "answered": 0})
    kept = {key: here["questions"][key] for key in mine}
    return {"day": last["day"], "answered": last["answered"], "questions": kept | newer}, newer


def _questions(written: Mapping[str, Any]) -> dict[str, Any]:
    questions = written.get("questions")
    return questions if isinstance(questions, dict) else {}


def record(course: Path, key: str, right: bool, now: datetime | None = None, *, in_review: bool = True) -> State:
    """Add an answer to the file in the folder ``course``, and return the new state.

    An answer in a lesson counts only if it is the first to its question on that day.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    now = now or datetime.now(UTC)
    before = read_state(course)
    memory = before.memories.get(key)
    if not in_review and memory and _local_date(memory.answered) == now.astimezone().date():
        return before
    state = replace(answered(before, key, right, now, in_review=in_review), damage="")
    write_state(course, state)
    return state
