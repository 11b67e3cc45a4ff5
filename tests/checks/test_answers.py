"""Answers from outside the tables, and answers in the style of published solutions of the course's assignments.

The answers in `answers` to lessons 04 and 05, and the last ten to each of 01 to 03 and 06 to 08, are by someone who
knew the checks. Those that the checks judge like a named mistake or like another answer were removed. All other
answers in `answers`, and those of `unseen` to 04, 05 and 07 to 09, were written from the released notebooks alone,
before their author saw a check. The README of `unseen` says how they were judged at first.
"""

import json
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from checks.answer_keys import shared_answer_keys
from checks.answers import SEEDS, Answer, answers

from cs231n_lib.checks import Exercise
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of

FIXTURES = Path(__file__).parents[1] / "fixtures"
FILES = sorted((FIXTURES / "answers").glob("*.py"))
UNSEEN = sorted(
    file
    for folder in (
        *("unseen", "unseen_again", "unseen_third", "unseen_fourth"),
        *("unseen_fifth", "unseen_sixth", "unseen_seventh", "unseen_eighth"),
    )
    for file in (FIXTURES / folder).glob("*.py")
)
"""`unseen_again` and the others after it were written from the notebooks alone, too, after everything that the ones
before had shown was mended. `unseen_sixth` is the half of `unseen_fifth` that was tried last."""
KINDS = sorted(FIXTURES.glob("kinds/*.py"))
"""Edits of right answers that earned full marks until a case had the kind of input for which they are wrong."""
PUBLISHED = sorted((FIXTURES / "published").glob("*.py"))
FULL_MARKS = {
    ("01_optimization", "numerical_gradient", "steps back with -= h, so rounding leaves x slightly changed"),
    ("03_activations", "sigmoid_forward", "clipped at 50: the tail on the left is cut"),
}
"""Called wrong by their writer, and right by the check: what rounding leaves of an argument is no change, and a sigmoid
that is off by 2e-22 is as near as ½ (1 + tanh ½x), which is right."""


@pytest.fixture(autouse=True)
def _as_in_a_class():
    with shared_answer_keys():
        yield


def exercise_of(answer: Answer, file: Path) -> Exercise:
    """The exercise; what is wrong may never end, what is right has time on a busy machine."""
    return limited(slug_of(file.stem), answer.exercise, 20.0 if answer.verdict == "right" else 2.0)


@cache
def limited(slug: str, name: str, seconds: float) -> Exercise:
    return replace(exercises_of(checks_of(slug), retired=True)[name], seconds=seconds)


def passed(answer: Answer, file: Path, seed: str) -> bool:
    try:
        function = answer.function()
    except Exception:
        return False
    with warnings.catch_warnings(action="ignore"):
        return exercise_of(answer, file)(function, seed=seed, where=False).passed


WITH_BASES = [file for file in (*FILES, *UNSEEN, *PUBLISHED) if "base" in {one.verdict for one in answers(file)}]


def tried(files: Sequence[Path] = (*FILES, *UNSEEN, *KINDS), long: str = "") -> pytest.MarkDecorator:
    """Each file of answers; one of the name ``long`` in the audit."""
    files = [
        pytest.param(file, marks=pytest.mark.audit if file.stem == long else (), id=f"{file.parent.name} {file.stem}")
        for file in files
    ]
    return pytest.mark.parametrize("file", files)


@pytest.mark.slow
@tried(long="09_training")
def test_no_right_answer_is_refused(file):
    right = [answer for answer in answers(file) if answer.verdict == "right"]
    assert right
    assert [a.slip for a in right for seed in SEEDS if not passed(a, file, seed)] == []


@pytest.mark.slow
@tried(WITH_BASES)
def test_answers_that_edits_start_from_are_right(file):
    bases = [answer for answer in answers(file) if answer.verdict == "base"]
    assert [base.source for base in bases for seed in SEEDS if not passed(base, file, seed)] == []


@pytest.mark.parametrize("stem", sorted({file.stem for file in (*FILES, *UNSEEN)}))
def test_each_lesson_has_many_answers(stem):
    verdicts = Counter(answer.verdict for file in (*FILES, *UNSEEN) if file.stem == stem for answer in answers(file))
    assert verdicts["right"] > 20
    assert verdicts["wrong"] > 80


EDITED = """\
# %% exercise="double" verdict="right" slip="sum" at=""
def double(x):
    for i in range(len(x)):
        x[i] = x[i] + x[i]
    return x

"""
"""An answer to which the tests below add edits."""


@pytest.fixture
def written(tmp_path):
    """The answers of a file with an answer and these lines below it."""

    def write(below):
        (tmp_path / "01_double.py").write_text(EDITED + below)
        return list(answers(tmp_path / "01_double.py"))

    return write


def test_edits_below_an_answer_define_more_answers(written):
    right, wrong, other = written(
        "# wrong: thrice @ 3 * x[i]\n#     x[i] + x[i] → 3 * x[i]\n#     return x → return x.copy()\n"
        "# right: a copy\n#     for i → x = x.copy() ⏎ for i\n"
    )
    assert right.source + "\n" == EDITED.partition("\n")[2]
    assert (wrong.verdict, wrong.slip, wrong.at) == ("wrong", "thrice", "3 * x[i]")
    assert wrong.source == right.source.replace("x[i] + x[i]", "3 * x[i]").replace("return x", "return x.copy()")
    assert (other.exercise, other.verdict, other.slip, other.at) == ("double", "right", "a copy", "")
    assert other.source == right.source.replace("    for", "    x = x.copy()\n    for")


def test_body_below_an_answer_defines_another_answer(written):
    right, body, changed = written(
        "# right: in one line\n    return [2 * value for value in x]\n\n# wrong: thrice @ 3\n#     2 * → 3 *\n"
    )
    assert (body.verdict, body.slip, body.at) == ("right", "in one line", "")
    assert body.source == "def double(x):\n    return [2 * value for value in x]\n"
    assert changed.source == body.source.replace("2 *", "3 *")
    assert right.source + "\n" == EDITED.partition("\n")[2]


def test_slip_lies_where_its_edits_are(written):
    _, wrong = written("# wrong: twice\n#     x[i] + x[i] → 4 * x[i]\n#     return x → return -x\n")
    assert wrong.at == "4 * x[i] ⏎ return -x"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x[j] → x[i]", "occurs 0 times"),
        ("x[i] → x[0]", "occurs 3 times"),
        ("x[i] + x[i] ⏎ return x → 2", "occurs 0 times"),  # the second line begins further left
        ("x[i] + x[i] 2 * x[i]", "is no edit"),
    ],
)
def test_an_edit_that_does_not_apply_is_refused(written, line, reason):
    with pytest.raises(ValueError, match=reason) as raised:
        written(f"# wrong: thrice\n#     {line}\n")
    assert raised.value.__notes__[0].endswith("01_double.py, double, wrong: thrice")


@pytest.mark.audit
@tried()
def test_no_wrong_answer_has_full_marks(file):
    wrong = [answer for answer in answers(file) if answer.verdict == "wrong"]
    assert wrong
    full = {(file.stem, a.exercise, a.slip) for a in wrong if passed(a, file, SEEDS[0])}
    assert full <= FULL_MARKS


@pytest.mark.audit
@tried([*sorted(FIXTURES.glob("unseen_s[ie]*/*.py")), *KINDS])
def test_points_of_a_wrong_answer_ignore_the_seed(file):
    for answer in answers(file):
        points = {exercise_of(answer, file)(answer.function(), seed=seed, where=False).points for seed in SEEDS}
        assert len(points) == 1, f"{answer.exercise}: {answer.slip}: {points}"


@pytest.mark.audit
def test_every_name_given_to_a_wrong_answer_has_been_reviewed():
    """`names.json` holds the names that were read and found true: to another one a look is due."""
    new = {}
    for file in UNSEEN:
        if not (file.parent / "names.json").exists():
            continue
        judged = json.loads((file.parent / "names.json").read_text())
        for answer in answers(file):
            if answer.verdict == "wrong":
                with warnings.catch_warnings(action="ignore"):
                    result = exercise_of(answer, file)(answer.function(), seed=SEEDS[0], where=False)
                about = f"{file.stem} {answer.exercise}: {answer.slip}"
                if named := [name for name, _ in result.mistakes if name not in judged.get(about, [])]:
                    new[about] = named
    assert new == {}


@pytest.mark.slow
@pytest.mark.parametrize("file", PUBLISHED, ids=lambda file: file.stem)
def test_right_answers_of_published_kinds_lose_little(file):
    """Rows on large scores, the kink of ReLU and changed arguments are as the text asks, and cost 30 % at most."""
    right = [answer for answer in answers(file) if answer.verdict == "right"]
    assert right
    for answer in right:
        for seed in SEEDS:
            with warnings.catch_warnings(action="ignore"):
                result = exercise_of(answer, file)(answer.function(), seed=seed, where=False)
            assert result.points >= 0.7 * result.out_of, f"{answer.source}\n{result.text()}"


@pytest.mark.slow
@pytest.mark.parametrize("file", PUBLISHED, ids=lambda file: file.stem)
def test_wrong_answers_of_published_kinds_are_named_or_placed(file):
    wrong = [answer for answer in answers(file) if answer.verdict == "wrong"]
    assert wrong
    for answer in wrong:
        with warnings.catch_warnings(action="ignore"):
            result = exercise_of(answer, file)(answer.function(), seed=SEEDS[0])
        assert not result.passed, answer.source
        form = "an extra axis of length 1" in result.text()
        assert result.mistakes or result.places or form, f"{answer.source}\n{result.text()}"
