"""The teacher's page of a lesson and its sheet of questions, in Markdown.

Every number on a page comes from the lesson, its explorables or its questions. A plan's texts contain none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cs231n_lib.checks import Bonus, Exercise
from cs231n_lib.checks.run.messages import listed
from cs231n_lib.classroom.release.prerequisites import SECTIONS
from cs231n_lib.course.plan import (
    LESSONS,
    PRIMER,
    Lesson,
    checks_of,
    describe_hours,
    exercises_of,
    find_lesson,
    lesson,
)
from website.kit import figures, lesson_text
from website.kit.plans import FOLDER, MINUTES, Activity, Part, Plan, Question, has_plan, read_plan
from website.kit.questions import mistake_of, options, right_letter

ABOUT_OBSTACLES = (
    "The check recognises each of these mistakes and shows the student the message in the second column. We chose them "
    "from the lesson's named mistakes and have not counted how often they occur. After grading, "
    "`cs231n report {number}` writes the {report}, which shows how often each named mistake occurred in "
    "your class."
)
HOW_TO_DISCUSS = (
    "{sheet} (`{name}`) contains the five questions without answers. You can project it or hand it out. Discuss one "
    "question at a time. Ask students to choose an option on their own, and count the votes for each letter. Then let "
    "neighbours discuss the question and vote again before you reveal the answer. Each wrong option is the result of "
    "a named mistake."
)
REPORT = "docs/instructor.md#read-the-report"
IF_LATE = "If you are running late, skip the last question and let students finish the last function at home."

NO_BREAK = "\N{NO-BREAK SPACE}"
Link = Callable[[str, str], str]
"""Link with a text to a page of the project, such as ``docs/instructor.md#grading``."""


def plain(text: str, target: str) -> str:
    """Link of a page that is read without the site, which is only its text."""
    return text


@dataclass(frozen=True)
class Teaching:
    """A lesson with its plan and its text."""

    lesson: Lesson
    plan: Plan
    text: str

    @property
    def exercises(self) -> dict[str, Exercise]:
        """Exercises in the order of the lesson, without the bonus."""
        found = exercises_of(checks_of(self.lesson.slug))
        return {name: found[name] for name in lesson_text.exercises(self.text) if not isinstance(found[name], Bonus)}

    @property
    def heading(self) -> str:
        """Number and title of the lesson."""
        return f"{self.lesson.number:02d} · {self.lesson.title}"


def read(root: Path, folder: str) -> Teaching:
    """Read everything about the lesson in ``folder``."""
    return Teaching(find_lesson(folder), read_plan(root, folder), lesson_text.source(root, folder))


def planned(root: Path) -> list[str]:
    """Folders of the lessons that have a plan."""
    return [one.folder for one in LESSONS if has_plan(root, one.folder)]


def teacher_page(one: Teaching, picture: Callable[[int, str, str], str], link: Link) -> str:
    """Return the teacher's page. ``picture`` gets a number, an SVG and its alternative text, and returns Markdown."""
    parts = [
        f"# Teaching {one.heading}",
        f"*{one.lesson.question}*",
        _facts(one, link),
        "## Goals",
        _goals(one, link),
        "## Before the class",
        _prerequisites(one, link),
        f"## Plan of {MINUTES} minutes",
        _plan(one),
        "## Demonstrations",
        *_demonstrations(one, picture),
        "## Where students get stuck",
        ABOUT_OBSTACLES.format(
            number=one.lesson.number,
            report=link("class report", REPORT),
        ),
        _obstacles(one),
        "## Answers to the questions for discussion",
        HOW_TO_DISCUSS.format(sheet=link("The sheet of questions", sheet_of(one)), name=Path(sheet_of(one)).stem),
        *_key(one),
    ]
    return "\n\n".join(parts) + "\n"


def page_of(one: Teaching) -> str:
    """Path of the teacher's page."""
    return f"{FOLDER}/{one.lesson.folder}.md"


def sheet_of(one: Teaching) -> str:
    """Path of the sheet of questions."""
    return f"{FOLDER}/{one.lesson.folder}_questions.md"


def question_page(one: Teaching) -> str:
    """Return the sheet of questions, without answers."""
    parts = [f"# Questions on {one.heading}"]
    for number, question in enumerate(one.plan.questions, 1):
        found = options(one.lesson.folder, question, number)
        choices = [f"- **{option.letter}.** {_shown(option.text)}" for option in found]
        parts += [f"## Question {number}", question.ask, _code(question), "\n".join(choices)]
    return "\n\n".join(parts) + "\n"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def clock(plan: Plan, exercises: dict[str, Exercise]) -> Iterator[tuple[int, int, Part]]:
    """Yield the first and the last minute of each part of the class."""
    start = 0
    for part in plan.parts:
        minutes = part.minutes or exercises[str(part.what)].minutes
        yield start, start + minutes, part
        start += minutes


def _facts(one: Teaching, link: Link) -> str:
    core = [exercise for exercise in one.exercises.values() if exercise.importance == "core"]
    name = link("The lesson", f"notebooks/{one.lesson.folder}/{one.lesson.folder}.ipynb")
    return (
        f"{name} has {len(one.exercises)} exercises, of which {len(core)} are core. It takes a student about "
        f"{describe_hours(one.lesson.hours)} hours, or {describe_hours(one.lesson.core_hours)} hours with only the "
        f"core exercises. {reviewed(one.plan.reviewed)}"
    )


def reviewed(day: date) -> str:
    """Sentence with the date of the last review of a lesson's text."""
    return f"The text of the lesson was last reviewed on {day.day} {day:%B %Y}."


def _goals(one: Teaching, link: Link) -> str:
    rows = []
    for goal, names in zip(lesson_text.goals(one.text), one.plan.goals, strict=True):
        shown = ", ".join(f"`{name}` ({one.exercises[name].points:g} points)" for name in names)
        rows.append((goal[0].upper() + goal[1:], shown))
    return table(("Students can", "Exercises that assess it"), rows)


def _prerequisites(one: Teaching, link: Link) -> str:
    page = f"notebooks/{PRIMER.folder}/{PRIMER.folder}.ipynb"
    sections = [
        "- " + link(str(need), f"{page}#{SECTIONS[need].replace(' ', '-').lower()}") for need in one.lesson.needs
    ]
    earlier = [other for other in LESSONS if one.lesson.number in other.prepares]
    lines = ["Students need to know these sections of the primer.", "\n".join(sections)]
    if earlier:
        lines.append(f"The lesson builds directly on {_lessons(earlier)}.")
    if one.lesson.prepares:
        lines.append(
            f"The lesson prepares students for {_lessons([lesson(number) for number in one.lesson.prepares])}."
        )
    lines.append("Before the class, open the notebook, run all cells, and try the buttons of the three demonstrations.")
    return "\n\n".join(lines)


def _lessons(lessons: list[Lesson]) -> str:
    return listed([f"{other.number:02d} {other.title}" for other in lessons])


def _plan(one: Teaching) -> str:
    rows = [
        (f"{start}–{end}", f"{end - start}", _activity(one, part))
        for start, end, part in clock(one.plan, one.exercises)
    ]
    return table(("Minutes", "Length", "What happens"), rows) + f"\n\n{IF_LATE}"


def _activity(one: Teaching, part: Part) -> str:
    match part.activity:
        case Activity.OPEN:
            warm_up = " Then let students do the warm-up." if "warm_up(" in one.text else ""
            # The question of a lesson may end with its answer in brackets.
            question = one.lesson.question.partition(" (")[0]
            return f"**Open.** Ask *{question}* and collect guesses.{warm_up}"
        case Activity.SHOW:
            shown = one.plan.demonstrations[int(part.what) - 1]
            predict = "Let students predict the result before you press the button."
            return f"**Demonstration {part.what}**, *{shown.preset}*. {predict}"
        case Activity.WRITE:
            points = one.exercises[str(part.what)].points
            return f"**Write** `{part.what}` ({points:g} points). Walk around the class and offer the hints in order."
        case Activity.DISCUSS:
            about = one.plan.questions[int(part.what) - 1].exercise
            written = about in {other.what for other in one.plan.parts}
            show = "Students do not write this function in class, so show its formula in the notebook first. "
            vote = "Let students vote, discuss the question and vote again."
            return f"**Question {part.what}**, on `{about}`. {'' if written else show}{vote}"
        case Activity.CLOSE:
            written = {part.what for part in one.plan.parts}
            rest = sum(exercise.minutes for name, exercise in one.exercises.items() if name not in written)
            reading = 60 * one.lesson.hours - sum(exercise.minutes for exercise in one.exercises.values())
            return (
                f"**Close.** Compare the guesses with this answer to the opening question. *{one.plan.answer}* At "
                f"home, the other exercises take about {rest} minutes, and the text and the experiments take about "
                f"{round(reading, -1):g} minutes more."
            )


def _demonstrations(one: Teaching, picture: Callable[[int, str, str], str]) -> Iterator[str]:
    described = set()
    for number, shown in enumerate(one.plan.demonstrations, 1):
        svg, sentence, caption = figures.draw(one.lesson.folder, shown)
        values = listed([f"*{label}* to {value}" for label, value in figures.settings(one.lesson.folder, shown)])
        # The caption explains the figure, which the next preset of the same explorable need not repeat.
        caption = "" if shown.explorable in described else f"{caption} "
        described.add(shown.explorable)
        yield f"### {number}. {shown.preset}"
        run = f"Run the lesson's first cell and the cell that begins with `{shown.explorable}(`. " if caption else ""
        yield f"{run}Ask the class: “{shown.ask}” Then press *{shown.preset}*, which sets {values}."
        yield picture(number, figures.unique(svg, f"d{number}-"), f"{caption}{sentence}")
        yield shown.say


def _obstacles(one: Teaching) -> str:
    symptoms = lesson_text.symptoms(one.text)
    rows = []
    for obstacle in one.plan.obstacles:
        mistake = mistake_of(exercises_of(checks_of(one.lesson.slug))[obstacle.exercise], obstacle.mistake)
        hint = symptoms.get(obstacle.exercise)
        helped = f" Hint 1 (*{hint}*) may help." if hint else ""
        name = f"`{obstacle.exercise}`, *{obstacle.mistake}*"
        rows.append((name, _sentence(mistake.explanation), f"{obstacle.ask}{helped}"))
    return table(("Mistake", "What the check says", "What to ask"), rows)


def _key(one: Teaching) -> Iterator[str]:
    for number, question in enumerate(one.plan.questions, 1):
        rows = []
        for option in options(one.lesson.folder, question, number):
            wrong = option.mistake
            shows = f"*{wrong.name}*. {_sentence(wrong.explanation)}" if wrong else f"**Right.** {question.why}"
            rows.append((option.letter, _shown(option.text), shows))
        letter = right_letter(one.lesson.folder, question, number)
        yield f"### {number}. `{question.exercise}`"
        yield f"{question.ask} The right answer is {letter}."
        yield _code(question)
        yield table(("Option", "Result", "What it shows"), rows)


def _code(question: Question) -> str:
    return f"```python\n{question.code}\n```"


def _shown(text: str) -> str:
    """Write a result so that no line breaks within it."""
    unbroken = f"`{text.replace(' ', NO_BREAK)}`"
    return f"it raises {unbroken}" if text.endswith(("Error", "Exception")) else unbroken


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
