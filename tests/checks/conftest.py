"""A search for places that has more time, for tests on slow machines."""

import pytest


@pytest.fixture
def patient_search(monkeypatch):
    """Let the search for a place take up to five seconds in each part, and twenty in all."""
    monkeypatch.setattr("cs231n_lib.checks.locate.place.SEARCH_CPU_SECONDS", 20.0)
    monkeypatch.setattr("cs231n_lib.checks.locate.place.SHARPENING_CPU_SECONDS", 5.0)
    monkeypatch.setattr("cs231n_lib.checks.locate.place.PLACE_CPU_SECONDS", 5.0)
    monkeypatch.setattr("cs231n_lib.checks.locate.search.PAIR_CPU_SECONDS", 5.0)
    monkeypatch.setattr("cs231n_lib.checks.locate.runs.CPU_SECONDS", 5.0)
