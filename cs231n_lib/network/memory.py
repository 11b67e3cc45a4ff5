"""Memory of a network, as aligned arrays and views of one flat vector."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import DTypeLike

from cs231n_lib.contracts import FloatArray

_ALIGNMENT = 64


def aligned(shape: tuple[int, ...], dtype: DTypeLike, order: str = "C") -> FloatArray:
    """Zeros aligned to a 64-byte cache line, in ``order`` C or F.

    >>> aligned((3, 5), np.float32).ctypes.data % 64
    0
    """
    size = prod(shape) * np.dtype(dtype).itemsize
    memory = np.zeros(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    flat: FloatArray = memory[start : start + size].view(dtype)
    return flat.reshape(shape[::-1]).T if order == "F" else flat.reshape(shape)


def views(flat: FloatArray, shapes: Sequence[tuple[int, ...]]) -> list[FloatArray]:
    """Consecutive views of ``flat`` with these shapes.

    >>> w, b = views(np.arange(8.0), [(3, 2), (2,)])
    >>> b
    array([6., 7.])
    """
    ends = np.cumsum([prod(shape) for shape in shapes], dtype=int)
    return [piece.reshape(shape) for piece, shape in zip(np.split(flat, ends), shapes, strict=False)]
