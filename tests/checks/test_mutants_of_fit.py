"""Slips of lesson 09's `fit`, each of which would train networks: of a sample each loses points, or is another plan."""

import random
import resource
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import get_context

import pytest
from checks.mutants import MEMORY, SEEDS, Mutant, mutants

from cs231n_lib.checks.run.runner import LocalRunner
from cs231n_lib.lessons.training.checks import fit

SAMPLE = 120
"""So many of the 1,620 slips are tried, row by row until points are lost. The seed draws no data: one will do."""
OPEN = {
    "step, steps = ": "another schedule of the rate",
    "rate = ": "another schedule of the rate",
    "x = (": "pixels in another precision or scale, which batch norm takes away",
    "parameters += [": "other first weights",
    "for fan_in, fan_out in ": "other widths; and new pictures have as many pixels",
}
"""Where the text says that other plans are as good: how such lines begin. A slip there that reaches 85 % is none."""


@cache
def drawn() -> list[Mutant]:
    return random.Random(SEEDS[0]).sample(list(mutants(fit.reference)), SAMPLE)


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")


def _earns_all(number: int) -> bool:
    function = drawn()[number].function()
    for row in fit.checks:  # the row on clothes, which takes longest, comes last
        one = replace(fit, mistakes=(), checks=(row,), required_row=row.title)
        marking = one.mark(LocalRunner(function, fit.seconds, cpu_time=True), SEEDS[0])
        if not marking.result(show_numbers=True).passed:
            return False
    return True


@pytest.mark.audit
@pytest.mark.seeds
def test_a_slip_of_fit_loses_points_or_is_another_plan():
    lines = [mutant.line for mutant in drawn()]
    assert [start for start in OPEN if not any(line.startswith(start) for line in lines)] == [], "no slip is there"
    with ProcessPoolExecutor(1, get_context("fork"), _limited) as pool:
        full = [line for line, right in zip(lines, pool.map(_earns_all, range(SAMPLE)), strict=True) if right]
    assert full != []
    assert [line for line in full if not line.startswith(tuple(OPEN))] == []
