"""The start page's check, tried on right answers written in other ways and on every mistake it names."""

import numpy as np
from lessons.battery import Battery

from cs231n_lib.course import warm_up


def by_sum(x):
    return x + x


def by_einsum(x):
    return np.einsum("...,->...", x, 2.0)


def by_list(x):
    return np.array([2 * entry for entry in x])


BATTERY = Battery(warm_up, {"double": [by_sum, by_einsum, by_list]})
test_there_are_enough_of_both = BATTERY.enough()
test_mistake_loses_points_and_is_named = BATTERY.named()
test_alternative_gets_full_marks = BATTERY.accepted()
test_unfinished_answer_gets_nothing = BATTERY.unfinished()
