"""Seeds for the claims of the lessons: a margin is one that all twenty passed.

Where a claim is about each seed, `make test` tries the first, `make audit` the next four, and `make seeds` the others.
"""

import pytest

ALL = range(20)

AUDIT, WEEKLY = [pytest.mark.audit], [pytest.mark.audit, pytest.mark.seeds]

SEEDS = [ALL[0], *(pytest.param(seed, marks=AUDIT if seed in ALL[1:5] else WEEKLY) for seed in ALL[1:])]
"""For ``parametrize``: all twenty, those after the first left to the audit or to `make seeds`."""

SETS = [
    pytest.param(ALL[:3], id="three seeds", marks=AUDIT),
    pytest.param(ALL, id="twenty seeds", marks=WEEKLY),
]
"""For a claim about means or spreads over seeds: three of them in the audit, all twenty in `make seeds`."""
