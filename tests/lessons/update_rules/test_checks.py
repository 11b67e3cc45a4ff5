"""What lesson 08's checks say of answers that deserve a word of their own."""

from lessons.battery import mistake
from lessons.update_rules.alternatives import lbfgs_by_matrix

from cs231n_lib.lessons.update_rules import checks as update_rules


def test_a_gradient_changed_in_place_costs_its_row_alone():
    def in_place(dw, s, y):
        gradient = dw.copy()
        dw *= 0  # if the check passed one of y as the gradient, that would be lost too
        return lbfgs_by_matrix(gradient, s, y)

    failed = [row.title for row in update_rules.lbfgs_direction(in_place).rows if not row.passed]
    assert failed == ["Leaves its arguments unchanged"]


def test_one_wrong_schedule_of_four_keeps_the_points_of_the_others():
    result = update_rules.scheduled(mistake("update_rules", "scheduled", "exponential for 1/t"))
    assert [row.title for row in result.rows if row.passed][-3:] == [
        "Step decay",
        "Exponential decay",
        "Momentum from 0.5 to 0.99",
    ]
