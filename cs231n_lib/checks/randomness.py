"""Test that an answer draws from the generator it receives."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from .declare import Violation


def require_advance(call: Callable[[Generator], Any], rng: Generator) -> None:
    """Raise `Violation` unless the call changes the state of its generator.

    Draws from a child of `Generator.spawn` are reproducible and differ between calls, but leave this state unchanged. A
    run that continues from the saved state would therefore repeat draws.
    """
    own = np.random.default_rng(int(rng.integers(2**32)))
    before = own.bit_generator.state["state"]
    call(own)
    if own.bit_generator.state["state"] == before:
        raise Violation("`rng` is in the same state after the call as before it. Draw from `rng` itself")
