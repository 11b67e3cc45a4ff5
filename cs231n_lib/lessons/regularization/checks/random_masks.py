"""What the exercises on dropout share: masks, right and wrong, and rows that ask for what must hold of any mask."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Wrong
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers

LIBRARY = (
    layers.vanilla_dropout_train,
    layers.vanilla_dropout_predict,
    layers.inverted_dropout_forward,
    layers.inverted_dropout_backward,
)
NEARLY_ALL = 1 - 1e-12
"""A drop probability at which every entry is dropped, whatever the draws: so that the result can be compared."""

SHAPE = (60, 50)
ALLOWED = 0.05
"""How far the share dropped of 3,000 entries may be from ``drop_prob``: over five standard deviations (0.0091)."""

Mask = Callable[[FloatArray, float, Generator], Any]


def right_mask(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return rng.random(x.shape) >= drop_prob


def swapped_mask(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return rng.random(x.shape) < drop_prob


def normal_mask(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return rng.normal(size=x.shape) >= drop_prob


def mask_of_units(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return rng.random(x.shape[1:]) >= drop_prob


def global_mask(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return np.random.random(x.shape) >= drop_prob  # noqa: NPY002  (the mistake is the point)


def own_seed_mask(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return np.random.default_rng(0).random(x.shape) >= drop_prob


def positive(rng: Generator) -> FloatArray:
    return rng.uniform(1, 2, SHAPE)


def one_draw(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return rng.random() >= drop_prob


def mask_of_examples(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return rng.random((len(x), *(1 for _ in x.shape[1:]))) >= drop_prob


def coins(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return rng.random(x.shape) >= 0.5


def draws_as_mask(x: FloatArray, drop_prob: float, rng: Generator) -> Any:
    return rng.random(x.shape)


def pair(result: Any) -> tuple[FloatArray, FloatArray]:
    """The two arrays that were returned for an x of shape `SHAPE`."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Wrong("two arrays are asked")
    for part in result:
        if np.shape(part) != SHAPE:
            raise Wrong(f"returns shape {np.shape(part)} for an x of shape {SHAPE}")
    return np.asarray(result[0], dtype=float), np.asarray(result[1], dtype=float)


# In the rows below numbers keep a mistake from being named for what another one did.


def require_factor(kept: FloatArray, x: FloatArray, expected: float, named: str) -> None:
    """What stays, ``kept`` where not 0, must be ``expected`` times x."""
    stays = kept != 0
    factor = kept[stays] / x[stays]
    if not np.allclose(factor, expected, rtol=1e-9):
        common = np.allclose(factor, factor[:1], rtol=1e-9)
        detail = f"by {factor[0]:.4g}, not {expected:.4g}" if common else f"by factors from {factor.min():.4g}"
        raise Wrong(f"what stays is not multiplied by {named}", detail)


def require_mask(out: FloatArray, x: FloatArray, drop_prob: float) -> None:
    """That each entry has a draw of its own, and the share that is dropped."""
    dropped = out == 0
    if not dropped.any():
        raise Wrong("nothing is dropped", f"the first entry is multiplied by {out[0, 0] / x[0, 0]:.4g}")
    if dropped.all():
        raise Wrong("everything is dropped")
    if (dropped == dropped[:1]).all():
        raise Wrong("all examples of the batch have the same mask: draw one number for each *entry*")
    if (dropped == dropped[:, :1]).all():
        raise Wrong("all units of an example live and die together: draw one number for each *entry*")
    share = float(np.mean(dropped))
    if abs(share - drop_prob) > ALLOWED:
        swapped = abs(share - (1 - drop_prob)) < ALLOWED
        raise Wrong(
            f"the share that is *{'kept' if swapped else 'dropped'}* is {'' if swapped else 'not '}`drop_prob`",
            f"with `drop_prob` = {drop_prob} about {10 * round(10 * share)} % are dropped",
        )


def require_draws(output: Callable[[Generator], Any], rng: Generator) -> None:
    """New masks come from the generator that is given."""
    first, second = output(rng), output(rng)
    if np.array_equal(first, second):
        count = int(np.count_nonzero(first[0] == 0))
        both = f"of the first example {count} of {SHAPE[1]} outputs are 0, both times; the last is {first[0, -1]:.4g}"
        raise Wrong("two calls drop the same entries, or none: draw a new mask from `rng` each time", both)
    seed = int(rng.integers(2**32))
    if not np.array_equal(output(np.random.default_rng(seed)), output(np.random.default_rng(seed))):
        raise Wrong("equal generators give different masks: draw from `rng`, not from np.random")
