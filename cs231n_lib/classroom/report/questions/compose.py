"""Choice of up to five questions for a student."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from .question import CodeQuestion, Effect, QuestionKind

QUESTIONS, MIN_KINDS = 5, 3
PER_FUNCTION, MAX_MISTAKES = 2, 1
ATTEMPTS = ((40, 2), (40, 2), (40, 2), (40, 2), (50, 2), (1000, 2), (1000, 3), (1000, 3))
"""For each attempt, the maximum number of lines of code and calls on a page, and of questions of one kind."""

_KIND_WEIGHTS = {
    QuestionKind.VALUE: 3.0,
    QuestionKind.MISTAKE: 1.0,
    QuestionKind.EDIT: 2.5,
    QuestionKind.SHAPE: 2.0,
    QuestionKind.SWAP: 1.5,
    QuestionKind.COUNT: 2.0,
}
_EFFECT_WEIGHTS = {
    Effect.SAME.value: 0.45,
    Effect.NUMBERS.value: 0.4,
    Effect.SHAPE.value: 1.5,
    Effect.ERROR.value: 1.2,
    Effect.CHANGED.value: 0.8,
}
"""Weights of the effects. They keep each option from being the right one too often."""

_NEAR = 1.5
"""Maximum difference in score between questions that count as equally good."""


def compose(questions: Sequence[CodeQuestion], sources: Mapping[str, str], rng: random.Random) -> list[CodeQuestion]:
    """Choose up to five questions, of at least three kinds if possible.

    At most two questions are about one function. ``sources`` are the printed answers by exercise and set the order.
    """
    best: list[CodeQuestion] = []
    for attempt in ATTEMPTS:
        chosen: list[CodeQuestion] = []
        while pool := [question for question in questions if _fits(question, chosen, sources, *attempt)]:
            chosen.append(_draw(pool, chosen, rng))
        best = max(best, chosen, key=lambda one: (len(one), len({question.kind for question in one})))
        if len(best) == QUESTIONS and len({question.kind for question in best}) >= MIN_KINDS:
            break
    order = list(sources)
    return sorted(best, key=lambda question: (order.index(question.exercise), question.line or 10**6))


def _fits(
    question: CodeQuestion, chosen: Sequence[CodeQuestion], sources: Mapping[str, str], most: int, per_kind: int
) -> bool:
    """Tell whether a question can join those chosen on a page of ``most`` lines."""
    if len(chosen) == QUESTIONS:
        return False
    beside = [one for one in chosen if one.exercise == question.exercise]
    if len(beside) == PER_FUNCTION or any(one.line == question.line for one in beside):
        return False
    alike = [one for one in beside if one.kind is question.kind]
    if any(question.kind is QuestionKind.COUNT or one.key == question.key for one in alike):
        return False  # two lines of a loop usually run equally often
    same_kind = [one for one in chosen if one.kind is question.kind]
    limit = MAX_MISTAKES if question.kind is QuestionKind.MISTAKE else per_kind
    if len(same_kind) >= limit or any(one.key == question.key for one in same_kind if one.options):
        return False
    missing = MIN_KINDS - len({one.kind for one in chosen})
    if missing > 0 and same_kind and QUESTIONS - len(chosen) <= missing:
        return False
    calls = {one.exercise: one.call for one in [*chosen, question]}
    lines = sum(sources[name].count("\n") + call.count("\n") + 3 for name, call in calls.items())
    return lines <= most or len(calls) == 1


def _draw(pool: Sequence[CodeQuestion], chosen: Sequence[CodeQuestion], rng: random.Random) -> CodeQuestion:
    """Draw a kind, an effect for an edit or a swap, and one of the best questions."""
    kinds = Counter(one.kind for one in chosen)
    available = sorted({question.kind for question in pool})
    weights = [_KIND_WEIGHTS[kind] * _variety(pool, kind) / (1 + 3 * kinds[kind]) for kind in available]
    kind = rng.choices(available, weights)[0]
    pool = [question for question in pool if question.kind is kind]
    if kind in (QuestionKind.EDIT, QuestionKind.SWAP):
        effects = sorted({question.key for question in pool})
        effect = rng.choices(effects, [_EFFECT_WEIGHTS[effect] for effect in effects])[0]
        pool = [question for question in pool if question.key == effect]
    asked = Counter(one.exercise for one in chosen)
    scores = [question.score - 0.5 * asked[question.exercise] for question in pool]
    best = max(scores)
    return rng.choice([question for question, score in zip(pool, scores, strict=True) if score >= best - _NEAR])


def _variety(pool: Sequence[CodeQuestion], kind: QuestionKind) -> float:
    """Return a factor from 0 to 1, which is small if only common effects are left."""
    effects = {question.key for question in pool if question.kind is kind and question.key in _EFFECT_WEIGHTS}
    return min(1.0, sum(_EFFECT_WEIGHTS[effect] for effect in effects) / 2) if effects else 1.0
