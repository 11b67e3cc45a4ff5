"""The seeds on which measured claims are asserted: three with `make test`, all twenty with `make audit`."""

import pytest

SEEDS = range(20)

EACH = [*SEEDS[:3], *(pytest.param(seed, marks=pytest.mark.audit) for seed in SEEDS[3:])]
"""For a claim that holds with every seed."""

SETS = [pytest.param(SEEDS[:3], id="three seeds"), pytest.param(SEEDS, id="twenty seeds", marks=pytest.mark.audit)]
"""For a claim about means, counts or spreads over seeds."""
