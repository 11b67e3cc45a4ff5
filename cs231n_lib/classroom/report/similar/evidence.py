"""Evidence on a pair of students, for a person to judge."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import Indel

from .compare import EXPECTED, ComparedClass, Pair, exercises_of
from .work import OWN_CELLS, Code, Work

RARE = 0.1
"""Largest proportion of the class that may share a feature shown as rare."""

MAX_LINES_OF_PIECE = 3
"""Maximum number of lines in a marked piece. A longer piece could mark the whole answer."""


@dataclass(frozen=True)
class MarkedLine:
    """Line of code, with the number of students who share its rarest piece, or 0."""

    text: str
    students: int = 0


@dataclass(frozen=True)
class SharedCode:
    """One part of two submissions, side by side."""

    title: str
    score: float
    alike: float
    """Similarity of the tokens after renaming, from 0 to 1."""
    first: Sequence[MarkedLine]
    second: Sequence[MarkedLine]


@dataclass(frozen=True)
class SharedWords:
    """Rare texts that two students share, with the number of students who have each."""

    title: str
    items: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Evidence:
    """Features that two students share and few others have."""

    pair: Pair
    codes: Sequence[SharedCode]
    words: Sequence[SharedWords]


class Evidences:
    """Evidence for the pairs of a compared class."""

    def __init__(self, compared: ComparedClass, published: Mapping[str, Sequence[Code]]) -> None:
        self.works, self.published = compared.works, published
        self.most = max(2, int(RARE * len(self.works)))

    def of(self, pair: Pair) -> Evidence:
        """Return the evidence for one pair, the strongest part first."""
        first, second = self.works[pair.first], self.works[pair.second]
        titles = sorted(self._counts, key=lambda title: -pair.evidence[title])
        codes = [
            self._code(title, pair.evidence[title], _code_of(first, title), _code_of(second, title))
            for title in titles
            if pair.evidence[title] >= EXPECTED
        ]
        words = [shared for title in _WORDS if (shared := self._words(title, first, second)).items]
        return Evidence(pair, codes, words)

    @cached_property
    def _counts(self) -> dict[str, Counter[int]]:
        """Number of students who have each piece, by part."""
        titles = [*exercises_of(self.works), OWN_CELLS]
        return {title: Counter(p for work in self.works for p in _code_of(work, title).pieces) for title in titles}

    @cached_property
    def _word_counts(self) -> dict[str, Counter[str]]:
        return {title: Counter(word for work in self.works for word in get(work)) for title, get in _WORDS.items()}

    def _code(self, title: str, score: float, first: Code, second: Code) -> SharedCode:
        known = {piece for code in self.published.get(title, ()) for piece in code.pieces}
        shared = (first.pieces.keys() & second.pieces.keys()) - known
        rare = {piece: count for piece in shared if (count := self._counts[title][piece]) <= self.most}
        alike = Indel.normalized_similarity(first.tokens, second.tokens)
        return SharedCode(title, score, alike, list(_marked(first, rare)), list(_marked(second, rare)))

    def _words(self, title: str, first: Work, second: Work) -> SharedWords:
        shared = _WORDS[title](first) & _WORDS[title](second)
        counts = {word: self._word_counts[title][word] for word in shared}
        known = {name for code_name, codes in self.published.items() for code in codes for name in code.names}
        rare = [
            (word, count)
            for word, count in counts.items()
            if count <= self.most and not (title == "Names" and word.rpartition(" ")[2] in known)
        ]
        return SharedWords(title, sorted(rare, key=lambda item: (item[1], item[0]))[:20])


_WORDS: dict[str, Callable[[Work], Set[str]]] = {
    "Names": lambda work: work.names,
    "Comments": lambda work: work.comments,
    "Phrases in text cells": lambda work: work.phrases,
    "Mistakes and errors": lambda work: work.mistakes,
}


def _code_of(work: Work, title: str) -> Code:
    return work.own if title == OWN_CELLS else work.answers.get(title, Code(""))


def _marked(code: Code, rare: Mapping[int, int]) -> Iterator[MarkedLine]:
    """Yield the lines of code, each with the count of its rarest piece."""
    counts: dict[int, int] = {}
    for piece, count in rare.items():
        first, last = code.pieces[piece]
        for line in range(first, last + 1) if last - first < MAX_LINES_OF_PIECE else ():
            counts[line] = min(count, counts.get(line, count))
    for number, text in enumerate(code.source.splitlines(), 1):
        yield MarkedLine(text, counts.get(number, 0) if text.strip() else 0)
