"""Options of the questions on named mistakes.

Students must not be able to find the key without understanding the line. Each of the other sentences must therefore be
about the same line and repeat at least as much of the edit as the key does. Questions without three such sentences are
dropped, so few are left.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cs231n_lib.checks.declare import Mistake
from cs231n_lib.checks.slips import Edited

OPTIONS = 4
"""Number of sentences to choose from."""

SIMILAR = 0.6
"""Smallest fraction of shared word stems that makes two sentences similar."""

_ELSEWHERE = re.compile(
    r"\b(still|bug|exercise|lesson|hint|summary|earlier|again|other function|text|see|line \d+)\b", re.IGNORECASE
)
"""Words of sentences that students cannot understand from the page alone."""

_FORMULA = re.compile(r"[\d½¼·−√²³ᵀ×=/|]|`[^`]*[^\w`][^`]*`|(?<!\w)[A-Za-zα-ω](?!\w)")
"""Formulas. A key with a formula would repeat the edit."""

_OWN_ACT = re.compile(r"^You\b")
"""Beginning of a sentence that describes what a student wrote instead of its effect."""

_FACTOR = re.compile(r"\b(twice|half|double|times|too (large|small)) ", re.IGNORECASE)
"""Words for the effect of a factor, which students could read off the edit."""

_COMMON = {
    "you",
    "your",
    "the",
    "its",
    "their",
    "but",
    "that",
    "and",
    "for",
    "with",
    "which",
    "has",
    "have",
    "are",
    "not",
}

_MEANINGS = {
    "+": "add sum plus shift",
    "-": "subtract minus difference negative sign add",
    "*": "multiply times product scale factor twice double grow rise",
    "/": "divide division ratio over scale mean half halve quotient fraction",
    "**": "square root power exponent",
    "@": "multiply product matrix",
    ">": "larger above greater positive less smaller below",
    "<": "smaller below less negative larger above greater",
    "b": "bias",
    "w": "weight",
    "n": "number examples size batch",
    "dw": "gradient",
    "lr": "learning rate step",
    "sqrt": "root square power",
    "abs": "absolute sign size",
    "log": "logarithm",
    "2": "twice half double halve quarter",
    "T": "transpose",
    "axis": "row column",
    "any": "some any every",
    "all": "some any every",
    "range": "first last one few many initial",
    "mean": "average sum",
    "sum": "mean add",
    **dict.fromkeys(
        ("max", "min", "maximum", "minimum", "argmax", "argmin"), "largest smallest greatest least worst best"
    ),
}
"""Words that a sentence may use for a changed symbol or name."""

_REMOVED = "leave left without forget missing never only omit skip drop remove not unchanged whole alone raw lack"
"""Words that a sentence may use for removed code."""

_MOVED = "swap order exchange wrong sign reverse opposite transpose upside uphill downhill"
"""Words that a sentence may use for the same names in another order."""


@dataclass(frozen=True)
class Candidate:
    """Sentence on the edited line that may become a wrong option."""

    sentence: str
    is_false: Callable[[], bool]
    """Whether the sentence is false for the edit. Finding out may take a few calls of the function."""


def first_sentence(explanation: str) -> str:
    """Return the first sentence of an explanation, capitalised and without italics.

    >>> first_sentence("you divide *all* by `2.5 * h * x`, but need `h`. Divide by `h`.")
    'You divide all by `2.5 * h * x`, but need `h`.'
    """
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z`*])", explanation.strip(), maxsplit=1)[0]
    parts = sentence.split("`")
    parts[::2] = [re.sub(r"\*(\w[^*]*)\*", r"\1", part) for part in parts[::2]]
    sentence = "`".join(parts)
    return sentence[:1].upper() + sentence[1:]


def share_a_line(first: Mistake, second: Mistake) -> bool:
    """Tell whether two mistakes are edits of the same line of the reference."""
    one, other = first.implementation, second.implementation
    return isinstance(one, Edited) and isinstance(other, Edited) and bool(one.lines & other.lines)


def is_clear(key: str) -> bool:
    """Tell whether a sentence describes an effect, without formulas or references.

    "Your gradient is uphill" describes the effect of a mistake. "You add the gradient" only repeats the edit.
    """
    return not any(found.search(key) for found in (_ELSEWHERE, _FORMULA, _OWN_ACT, _FACTOR))


def hints(old: str, new: str) -> set[str]:
    """Return the stems of words that may describe an edit.

    >>> sorted(hints("y = x + b", "y = x - b"))
    ['add', 'diff', 'minu', 'nega', 'plu', 'shif', 'sign', 'subt', 'sum']
    """
    gone, added = _tokens_changed(old, new)
    words = [word for token in [*gone, *added] for word in [_MEANINGS.get(token, ""), *token.split("_")]]
    values = [_MEANINGS["2"] for token in [*gone, *added] if re.fullmatch(r"(2|0?\.5)\.?0*", token)]
    return stems(" ".join([*words, *values, "" if added else _REMOVED if gone else _MOVED]))


def is_obvious(old: str, new: str) -> bool:
    """Tell whether an edit only flips signs, reorders operands or replaces the line.

    >>> is_obvious("y = a - b", "y = a + b"), is_obvious("y = a - b", "y = b - a"), is_obvious("y = a - b", "continue")
    (True, True, True)
    >>> is_obvious("y = a / (n - 1)", "y = a / n")
    False
    """
    gone, added = _tokens_changed(old, new)
    return {*gone, *added} <= {"+", "-"} or new.strip() in ("pass", "break", "continue")


def _tokens_changed(old: str, new: str) -> tuple[Counter[str], Counter[str]]:
    """Count the tokens that an edit removes, and those that it adds."""
    before, after = (Counter(re.findall(r"\d+\.?\d*|\w+|\*\*|[^\w\s]", text)) for text in (old, new))
    return before - after, after - before


def names_on(line: str) -> set[str]:
    """Return the word stems of the names on a line, which a sentence may repeat."""
    return stems(" ".join(word for name in re.findall(r"[^\W\d]\w+", line) for word in name.split("_")))


def code_in(sentence: str) -> set[str]:
    """Return the names that a sentence has in backticks."""
    return {name for part in sentence.split("`")[1::2] for name in re.findall(r"[^\W\d]\w*", part)}


def stems(text: str) -> set[str]:
    """Return the first four letters of each word, except short and common words."""
    words = re.findall(r"[^\W\d_]{3,}", text.lower())
    return {re.sub(r"(?<!s)s$", "", word)[:4] for word in words if word not in _COMMON}


def are_similar(first: str, second: str) -> bool:
    """Tell whether two sentences have almost the same words.

    >>> are_similar("You return k + 1 features.", "You return k − 1 features.")
    True
    """
    a, b = stems(first), stems(second)
    return a <= b or b <= a or len(a & b) >= SIMILAR * len(a | b)


def choose_options(key: str, others: Iterable[Candidate], old: str, new: str, rng: random.Random) -> Sequence[str]:
    """Return the key and three other sentences in random order, or nothing.

    Nothing is returned if too few fit or they reveal the key. ``old`` and ``new`` are texts of the edited line.
    """
    changed, named, quoted = hints(old, new), names_on(new), set(re.findall(r"[^\W\d]\w*", new))

    def clues(sentence: str) -> list[int]:
        words = stems(sentence)
        return [len(words & changed), len(words & named), len(code_in(sentence) & quoted)]

    def hides(one: Candidate) -> list[bool]:
        return [count >= most for count, most in zip(clues(one.sentence), clues(key), strict=True)]

    def rank(one: Candidate) -> float:
        return 2 * rng.random() - len(stems(one.sentence) & stems(key)) + 2 * bool(_OWN_ACT.search(one.sentence))

    chosen: list[Candidate] = []
    for one in sorted((one for one in others if all(hides(one))), key=rank):
        unlike = not any(are_similar(one.sentence, other) for other in [key, *(two.sentence for two in chosen)])
        if unlike and not _ELSEWHERE.search(one.sentence) and one.is_false():
            chosen.append(one)
        if len(chosen) == OPTIONS - 1:
            break
    alike = sum(bool(_OWN_ACT.search(key)) == bool(_OWN_ACT.search(one.sentence)) for one in chosen)
    if len(chosen) < OPTIONS - 1 or not alike:
        return ()
    options = [key, *(one.sentence for one in chosen)]
    rng.shuffle(options)
    return options
