"""Each exercise has the adversarial inputs that it declares among its cases."""

import numpy as np
import pytest
from checks.kinds import KINDS, holds, kinds_of
from lessons.battery import CHECKS, EXERCISES

from cs231n_lib.checks import Case, Exercise, Values, case


@pytest.mark.parametrize(("slug", "name"), [(slug, name) for slug, name in EXERCISES if CHECKS[slug][name].covers])
def test_cases_have_the_declared_kinds(slug: str, name: str) -> None:
    declared = CHECKS[slug][name].covers.split()
    assert set(declared) <= set(KINDS)
    assert kinds_of(CHECKS[slug][name], declared) == declared, "a case is missing, or a kind holds for some seeds alone"


def steps(x: np.ndarray, f: object = None, n: int = 5) -> float:
    return float(np.sum(x > 1)) + (f() if callable(f) else 0.0)


CHECK = Exercise(steps, points=1, minutes=1, difficulty=1, checks=(Values("x", 1, lambda rng: [case("", np.ones(1))]),))


def twice(x: np.ndarray, f: object) -> float:
    return f() + f() if callable(f) else 0.0


TWICE = Exercise(twice, points=1, minutes=1, difficulty=1, checks=CHECK.checks)
PLAIN = case("", np.array([0.7, 0.4, 0.9]))
HAVE = {
    "tie": case("", np.array([0.2, 0.9, 0.9])),
    "threshold": case("", np.array([0.7, 1.0, 0.9])),
    "nan-first": case("", np.array([0.7, 0.4, 0.9]), lambda: float("nan")),
    "sign": case("", np.array([0.7, -0.4, 0.9])),
    "features": case("", np.array([[0.7, 9.0], [0.8, 2.0]])),
    "tiny": case("", np.array([7e-6, 4e-6, 9e-6])),
    "huge": case("", np.array([0.7, 400.0, 0.9])),
    "one": case("", np.array([0.7])),
    "smallest": case("", np.array([0.7, 0.4, 0.9]), n=1),
    "above-99": case("", np.linspace(2, 3, 100)),
    "repeated": case("", np.array([0.7, 0.4, 0.7])),
    "sorted": case("", np.array([0.4, 0.7, 0.9])),
    "reversed": case("", np.array([0.9, 0.7, 0.4])),
    "transposed": case("", np.array([[0.7, 0.4], [0.6, 0.9]]).T),
}
"""A case of each kind."""


@pytest.mark.parametrize("kind", KINDS)
def test_predicate_tells_its_kind_from_a_plain_case(kind: str) -> None:
    assert holds(KINDS[kind], CHECK, HAVE[kind])
    assert not holds(KINDS[kind], CHECK, PLAIN)


@pytest.mark.parametrize(
    "first",
    [
        case("", np.array([0.7, 0.4]), f=lambda: float("nan")),
        case("", np.array([0.7, 0.4]), lambda: np.array([np.nan, 1.0])),
        case("", np.array([np.nan, 0.4])),
    ],
    ids=["keyword", "array", "argument"],
)
def test_first_nan_is_seen_wherever_it_is(first: Case) -> None:
    assert holds(KINDS["nan-first"], CHECK, first)


def test_a_later_nan_is_not_the_first() -> None:
    results = iter([1.0, float("nan")])
    assert not holds(KINDS["nan-first"], TWICE, case("", np.array([0.7, 0.4]), results.__next__))
    results = iter([float("nan"), 1.0])
    assert holds(KINDS["nan-first"], TWICE, case("", np.array([0.7, 0.4]), results.__next__))


def test_first_nan_in_a_property_counts() -> None:
    assert kinds_of(CHECKS["training"]["random_search"], ["nan-first"])
    assert not kinds_of(CHECKS["optimization"]["minibatches"], ["nan-first"])
