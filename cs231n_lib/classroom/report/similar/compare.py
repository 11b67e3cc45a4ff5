"""Comparison of all pairs of students by the features that are rare in the class.

For each part of a lesson, the classmates of student a are ranked by their similarity to a. The proportion p of those
who are at least as similar as b is small if a and b share rare features. The evidence -log p is summed over the parts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from .work import OWN_CELLS, Code, Work

MIN_STUDENTS = 10
"""Minimum number of students needed to tell what is rare in a class."""

COMMON = 0.5
"""Largest proportion of the class that may share a feature. More common features have no weight."""

EXPECTED = 1.0
"""Mean of -log p for independent students, whose p is uniform. It is subtracted where two parts can be compared."""

SECONDARY = 0.3
"""Weight of features that are easily changed, namely names, comments, mistakes and the order of tokens."""

FALSE_DISCOVERIES = 0.1
"""Accepted proportion of listed students who worked independently, the false discovery rate."""

_QUANTILES = np.linspace(0.1, 0.75, 14)
"""Quantiles of the closest classmates' scores used in the fit. The top quarter may contain pairs to list."""

_CAUTION = 3.0
"""The c in 1 + c / students, the factor that widens the distribution. A small class gives a less precise spread."""

_BLOCK = 2**24
"""Maximum number of entries in a matrix of features."""


@dataclass(frozen=True)
class Threshold:
    """Limits of the scores that independent work explains in a class.

    ``usual`` and ``spread`` are the location and scale of the Gumbel distribution of the closest classmates' scores.
    """

    usual: float
    spread: float
    listed_from: float
    """Lowest score of a listed pair, or infinity if no pair is listed."""


@dataclass(frozen=True)
class Pair:
    """Two students who are closer than the class explains."""

    first: int
    second: int
    score: float
    evidence: Mapping[str, float]
    """Score of each part, in the order of the lesson."""


@dataclass(frozen=True)
class ComparedClass:
    """Result of comparing a class."""

    works: Sequence[Work]
    pairs: Sequence[Pair]
    threshold: Threshold


def compare(
    works: Sequence[Work], published: Mapping[str, Sequence[Code]], advance: Callable[[], object]
) -> ComparedClass:
    """Compare all pairs of students in a class.

    ``published`` holds answers by exercise. Features that occur in them have no weight. ``advance`` is called after
    each of the `steps`.
    """
    parts: dict[str, np.ndarray] = {}
    for exercise in exercises_of(works):
        codes = [work.answers.get(exercise, Code("")) for work in works]
        parts[exercise] = _code_scores(codes, published.get(exercise, ()))
        advance()
    parts[OWN_CELLS] = _code_scores([work.own for work in works], (), both=True)
    advance()
    parts["text cells"] = _feature_scores([work.phrases for work in works], both=True)
    parts["names"] = SECONDARY * _feature_scores([work.names for work in works], _names_in(published), both=True)
    said = {comment for codes in published.values() for code in codes for comment in code.comments}
    parts["comments"] = SECONDARY * _feature_scores([work.comments for work in works], said, both=True)
    parts["mistakes"] = SECONDARY * _feature_scores([work.mistakes for work in works], both=True)
    advance()
    threshold, pairs = closest_pairs(parts)
    return ComparedClass(works, pairs, threshold)


def closest_pairs(parts: Mapping[str, np.ndarray]) -> tuple[Threshold, list[Pair]]:
    """Return the class's threshold and the pairs to list, the closest first.

    ``parts`` holds the scores of all pairs by part. Without its strongest part, a pair must still be as close as the
    closest classmates usually are.
    """
    total = np.sum(list(parts.values()), axis=0)
    without_strongest = total - np.max(list(parts.values()), axis=0)
    threshold = threshold_of(total)
    listed = np.triu((total >= threshold.listed_from) & (without_strongest >= threshold.usual), 1)
    found = [
        Pair(int(a), int(b), float(total[a, b]), {name: float(scores[a, b]) for name, scores in parts.items()})
        for a, b in np.argwhere(listed)
    ]
    return threshold, sorted(found, key=lambda pair: -pair.score)


def exercises_of(works: Iterable[Work]) -> list[str]:
    """Return the exercises that any student answered, in the order of the lesson."""
    return list(dict.fromkeys(name for work in works for name in work.answers))


def steps(works: Sequence[Work]) -> int:
    """Return the number of times that `compare` calls ``advance``."""
    return len(exercises_of(works)) + 2


def _names_in(published: Mapping[str, Sequence[Code]]) -> set[str]:
    return {f"{exercise}: {name}" for exercise, codes in published.items() for code in codes for name in code.names}


def _code_scores(codes: Sequence[Code], published: Sequence[Code], both: bool = False) -> np.ndarray:
    common = {piece for code in published for piece in code.pieces}
    structure = _feature_scores([code.pieces.keys() for code in codes], common, both=both)
    known = {code.tokens for code in published} | {()}
    texts, started = _texts(codes), np.array([code.tokens not in known for code in codes])
    alike = process.cdist(texts, texts, scorer=Indel.normalized_similarity, dtype=np.float32, workers=1)
    alike[~started] = 0
    alike[:, ~started] = 0
    return structure + SECONDARY * _scores(alike, started, both)


def _texts(codes: Sequence[Code]) -> list[str]:
    """Return each code as a text in which one character encodes one distinct token."""
    numbers: dict[str, int] = {}
    return ["".join(chr(0x100 + numbers.setdefault(t, len(numbers)) % 0xD000) for t in code.tokens) for code in codes]


def _feature_scores(features: Sequence[Set[object]], common: Set[object] = frozenset(), *, both: bool) -> np.ndarray:
    """Return the scores of all pairs by the rare features that they share."""
    products = np.zeros((len(features), len(features)), np.float32)
    weights = rarity(features, common)
    names = list(weights)
    for start in range(0, len(names), max(1, _BLOCK // len(features))):
        columns = {name: at for at, name in enumerate(names[start : start + max(1, _BLOCK // len(features))])}
        matrix = np.zeros((len(features), len(columns)), np.float32)
        for row, found in enumerate(features):
            for name in found & columns.keys():
                matrix[row, columns[name]] = weights[name]
        products += matrix @ matrix.T
    norms = np.sqrt(np.diag(products))
    scale = np.maximum(norms, np.float32(1e-9))
    return _scores(products / scale[:, None] / scale, norms > 0, both)


def rarity(features: Iterable[Set[object]], common: Set[object] = frozenset()) -> dict[object, float]:
    """Return the weights of features that several but not most students have.

    The weight of a feature is log(students / students who have the feature).

    >>> rarity([{"a", "b"}, {"a", "c"}, {"a"}, {"c"}], common={"c"})
    {}
    """
    rows = list(features)
    counts = Counter(feature for found in rows for feature in found)
    most = COMMON * len(rows)
    return {
        feature: float(np.log(len(rows) / count))
        for feature, count in counts.items()
        if 1 < count <= most and feature not in common
    }


def _scores(alike: np.ndarray, has: np.ndarray, both: bool) -> np.ndarray:
    """Return -log p minus its mean, or 0 for pairs without anything to compare.

    One of the two students, or both if ``both``, must have something to compare.
    """
    evidence = -np.log(proportions(alike))
    evidence = np.minimum(evidence, evidence.T)
    comparable = has[:, None] & has if both else has[:, None] | has
    scores: np.ndarray = np.where(comparable, evidence - EXPECTED, 0).astype(np.float32)
    return scores


def proportions(alike: np.ndarray) -> np.ndarray:
    """Return the proportion of classmates at least as similar to a as b, for all a, b.

    The proportion is 1 if a and b share nothing.
    """
    students = len(alike)
    others = alike.copy()
    np.fill_diagonal(others, -np.inf)
    ordered = np.sort(others, axis=1)
    result = np.ones((students, students))
    for row in range(students):
        at_least = students - np.searchsorted(ordered[row], others[row], "left")
        result[row] = np.minimum(at_least, students - 1) / max(1, students - 1)
    result[alike <= 0] = 1
    return result


def threshold_of(scores: np.ndarray) -> Threshold:
    """Return the threshold, fitted to the scores of the class itself.

    Among independent students, the scores of the closest classmates follow a Gumbel distribution, as maxima of many
    scores do. The procedure of Benjamini and Hochberg decides which of these scores are too high for it.
    """
    others = np.array(scores, float)
    np.fill_diagonal(others, -np.inf)
    closest = others.max(axis=1)
    slope, usual = np.polyfit(-np.log(-np.log(_QUANTILES)), np.quantile(closest, _QUANTILES), 1)
    spread = max(slope * (1 + _CAUTION / len(closest)), 1e-6)
    p = -np.expm1(-np.exp(-(np.sort(closest)[::-1] - usual) / spread))
    accepted = np.flatnonzero(p <= FALSE_DISCOVERIES * np.arange(1, len(p) + 1) / len(p))
    listed_from = np.sort(closest)[::-1][accepted[-1]] if len(accepted) else np.inf
    return Threshold(float(usual), float(spread), float(listed_from))
