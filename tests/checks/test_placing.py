"""Of slips that were planted nearly all are placed, and truly: a sample of what ``placing`` prints."""

from itertools import chain

import pytest
from checks.mutants import SLUGS, exercises
from checks.placing import counted, measured, of_alternatives, of_pairs, of_references


def _found(kind_of, most):
    """What is told of ``most`` slips in each exercise of each lesson."""
    return list(chain.from_iterable(measured(e, kind_of(slug), most) for slug in SLUGS for e in exercises(slug)))


@pytest.mark.audit
@pytest.mark.seeds
def test_a_slip_of_a_reference_has_its_place():
    wrong, placed, true = counted(_found(lambda slug: of_references, 12))
    assert wrong > 400
    assert placed >= 0.95 * wrong
    assert true >= 0.97 * placed


@pytest.mark.audit
@pytest.mark.seeds
def test_a_slip_of_another_right_answer_has_its_place():
    """The reference is the only right solution here, as it is for a student who writes it in another way."""
    wrong, placed, true = counted(_found(of_alternatives, 4))
    assert wrong > 120
    assert placed >= 0.65 * wrong
    assert true >= 0.95 * placed


@pytest.mark.audit
@pytest.mark.seeds
def test_places_of_two_slips_are_mostly_true_and_often_found():
    pairs = _found(lambda slug: of_pairs, 2)
    told = [true for pair in pairs for true in pair.true]
    several = [pair for pair in pairs if pair.outputs]
    assert len(pairs) > 150
    assert len(several) > 40
    assert sum(told) >= 0.95 * len(told)
    assert sum(bool(pair.told) for pair in several) >= 0.5 * len(several)
