"""Seeds for the claims of the lessons: a margin is one that all twenty passed; the first three are tried every time."""

import pytest

ALL = range(20)

SEEDS = [*ALL[:3], *(pytest.param(seed, marks=pytest.mark.audit) for seed in ALL[3:])]
"""For ``parametrize``: all twenty, those after the first three left to the audit."""

SETS = [
    pytest.param(ALL[:3], id="three seeds"),
    pytest.param(ALL, id="twenty seeds", marks=[pytest.mark.audit, pytest.mark.seeds]),
]
"""For a claim about means or spreads over seeds: three of them each time, all twenty in `make seeds`."""
