"""An answer must draw from the generator that it receives, and not only from a child of it."""

import numpy as np
import pytest
from lessons.battery import CHECKS, answers

from cs231n_lib.checks import Violation
from cs231n_lib.checks.randomness import require_advance

DRAW_ONCE = [
    ("optimization", "minibatches"),
    ("preprocessing", "k_fold"),
    ("initialization", "small_random"),
    ("initialization", "scaled_weights"),
    ("regularization", "vanilla_dropout"),
    ("regularization", "inverted_dropout"),
    ("regularization", "mixup"),
]


@pytest.mark.parametrize("draw", [lambda rng: None, lambda rng: rng.spawn(1)[0].random(3)])
def test_generator_in_its_old_state_is_refused(draw):
    with pytest.raises(Violation, match="Draw from `rng` itself"):
        require_advance(draw, np.random.default_rng(0))


@pytest.mark.parametrize("draw", [lambda rng: rng.random(), lambda rng: np.random.default_rng(rng).permutation(9)])
def test_generator_that_has_moved_on_is_accepted(draw):
    require_advance(draw, np.random.default_rng(0))


@pytest.mark.parametrize(("slug", "name"), DRAW_ONCE)
def test_draws_from_a_child_cost_points(slug, name):
    exercise = CHECKS[slug][name]
    right = answers(slug, "ALTERNATIVES")[name][0]

    def from_a_child(*args, **kwargs):
        return right(*(arg.spawn(1)[0] if isinstance(arg, np.random.Generator) else arg for arg in args), **kwargs)

    result = exercise(from_a_child, where=False)
    failed = [row for row in result.rows if not row.passed]
    assert ["`rng` is in the same state" in row.sentence for row in failed] == [True], result.text()
