"""Seeds for the claims of the lessons: a margin is one that all twenty passed.

`make test` tries the first, where a claim is about each seed. `make audit` tries the others.
"""

import pytest

ALL = range(20)

SEEDS = [ALL[0], *(pytest.param(seed, marks=pytest.mark.audit) for seed in ALL[1:])]
"""For ``parametrize``: all twenty, those after the first left to the audit."""

SETS = [
    pytest.param(ALL[:3], id="three seeds", marks=pytest.mark.audit),
    pytest.param(ALL, id="twenty seeds", marks=[pytest.mark.audit, pytest.mark.seeds]),
]
"""For a claim about means or spreads over seeds: three of them in the audit, all twenty in `make seeds`."""
