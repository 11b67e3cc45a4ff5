"""Where a network keeps its numbers: aligned arrays, and one flat vector that many arrays are views of."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from cs231n_lib.contracts import FloatArray

_ALIGNMENT = 64


def aligned(shape: tuple[int, ...], dtype: DTypeLike, order: str = "C") -> FloatArray:
    """An array of zeros that starts on a 64-byte cache line, as vector instructions like it; ``order`` is C or F.

    >>> aligned((3, 5), np.float32).ctypes.data % 64
    0
    """
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.zeros(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    flat: FloatArray = memory[start : start + size].view(dtype)
    return flat.reshape(shape[::-1]).T if order == "F" else flat.reshape(shape)


def views(flat: FloatArray, shapes: Sequence[tuple[int, ...]]) -> list[FloatArray]:
    """Consecutive pieces of ``flat``, of these shapes; what is written to one is written to ``flat``.

    >>> w, b = views(np.arange(8.0), [(3, 2), (2,)])
    >>> b
    array([6., 7.])
    """
    pieces, start = [], 0
    for shape in shapes:
        end = start + int(np.prod(shape))
        pieces.append(flat[start:end].reshape(shape))
        start = end
    return pieces
