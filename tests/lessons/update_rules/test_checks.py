"""What lesson 08's checks say of answers that deserve a word of their own."""

import pytest
from lessons.battery import CHECKS, mistake, typed
from lessons.update_rules.alternatives import lbfgs_by_matrix

from cs231n_lib.checks.slips import Edited
from cs231n_lib.lessons.update_rules import checks as update_rules

EXERCISES = CHECKS["update_rules"]


def test_a_gradient_changed_in_place_costs_its_row_alone():
    def in_place(dw, s, y):
        gradient = dw.copy()
        dw *= 0  # if the check passed one of y as the gradient, that would be lost too
        return lbfgs_by_matrix(gradient, s, y)

    failed = [row.title for row in update_rules.lbfgs_direction(in_place).rows if not row.passed]
    assert failed == ["Leaves its arguments unchanged"]


def test_one_wrong_schedule_keeps_the_points_of_the_others():
    result = update_rules.decayed_rates(mistake("update_rules", "decayed_rates", "exponential for 1/t"))
    assert [row.title for row in result.rows if row.passed][-2:] == ["Step decay", "Exponential decay"]


@pytest.mark.parametrize("name", ["momentum", "nesterov", "adagrad", "rmsprop", "adam", "newton_step"])
def test_weights_changed_in_place_cost_their_row_alone(name):
    exercise = EXERCISES[name]
    wrong = next(m for m in exercise.mistakes if m.name == "weights in place")
    failed = [row.title for row in exercise(wrong.implementation).rows if not row.passed]
    assert failed == ["Leaves its arguments unchanged"]


@pytest.mark.audit
@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam"])
@pytest.mark.parametrize("eps", ["1e-8", "1e-7"])
def test_hard_coded_eps_costs_only_its_row_at_every_seed(name, eps):
    exercise = EXERCISES[name]
    wrong = typed(Edited(exercise.reference, (("+ eps", f"+ {eps}"),)))
    for seed in range(20):
        result = exercise(wrong, seed=str(seed))
        assert [row.title for row in result.rows if not row.passed] == ["ε added to the root"]
        # The values of 1e-7 in the docstring's example, whose ε is 1e-8, are not those of the named mistake.
        named = [] if (name, eps) == ("adam", "1e-7") else ["ε fixed"]
        assert [mistake for mistake, _ in result.mistakes] == named


def test_a_number_typed_for_t_is_not_called_a_late_count():
    wrong = typed(Edited(update_rules.adam.reference, (("1 - beta1**t", "1 - beta1**2"),)))
    assert "t counted too late" not in dict(update_rules.adam(wrong).mistakes)
