"""Addresses of the matrix products in the OpenBLAS that NumPy brings along, for compiled code."""

import ctypes
from functools import cache
from typing import Any

import numpy as np

SINGLE, DOUBLE = "cs231n_lib_sgemm", "cs231n_lib_dgemm"
"""Names of the products, with sizes of 64 bits. Numba's cache keeps them, so a new name needs an edit of `kernels`."""

UNPACKED = (b"SkylakeX", b"Cooperlake", b"SapphireRapids")
"""OpenBLAS's kernels that have variants for small products, which do not pack their operands."""
SMALL_PRODUCT = 1_000_000
"""Multiplications up to which these kernels are used."""


@cache
def _library() -> ctypes.CDLL:
    """NumPy's extension module, in which the names of its BLAS are found, too (not on Windows)."""
    return ctypes.CDLL(np._core._multiarray_umath.__file__)  # type: ignore[attr-defined]


def _find(name: str) -> Any:
    """Function of NumPy's own OpenBLAS, or of a system's with 64-bit sizes, or None."""
    for spelled in (f"scipy_{name}64_", f"{name}64_"):
        if function := getattr(_library(), spelled, None):
            return function
    return None


@cache
def register() -> bool:
    """Name both products for compiled code in this process. Return False where NumPy's BLAS lacks them.

    Compiled code from the cache crashes if it is called before its products are named.
    """
    found = {SINGLE: _find("cblas_sgemm"), DOUBLE: _find("cblas_dgemm")}
    if not all(found.values()):
        return False
    from llvmlite import binding

    for name, function in found.items():
        binding.add_symbol(name, ctypes.cast(function, ctypes.c_void_p).value)
    return True


def small_product() -> int:
    """`SMALL_PRODUCT` if pieces of that size are faster than a whole product, otherwise 0.

    Pieces need kernels for small products and a single thread, because threads can only share a large product.
    """
    name, threads = _find("openblas_get_corename"), _find("openblas_get_num_threads")
    if name is None or threads is None:
        return 0
    name.restype = ctypes.c_char_p
    return SMALL_PRODUCT if name() in UNPACKED and threads() == 1 else 0
