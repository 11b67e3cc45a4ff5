"""Addresses of the matrix products in NumPy's own OpenBLAS, for compiled code."""

import ctypes
from functools import cache
from typing import Any

import numpy as np

SINGLE, DOUBLE = "cs231n_lib_sgemm", "cs231n_lib_dgemm"
"""Names of the products with 64-bit sizes. Numba's cache contains them, so if you rename one, edit `kernels` too."""

UNPACKED = (b"SkylakeX", b"Cooperlake", b"SapphireRapids")
"""OpenBLAS kernels with variants for small products, which do not pack their operands."""
SMALL_PRODUCT = 1_000_000
"""Maximum number of multiplications in a product for which these variants are used."""


@cache
def _library() -> ctypes.CDLL:
    """NumPy's extension module, through which its BLAS is found (not on Windows)."""
    return ctypes.CDLL(np._core._multiarray_umath.__file__)  # type: ignore[attr-defined]


def _find(name: str) -> Any:
    """Function of NumPy's or the system's OpenBLAS with 64-bit sizes, or None."""
    for spelled in (f"scipy_{name}64_", f"{name}64_"):
        if function := getattr(_library(), spelled, None):
            return function
    return None


@cache
def register() -> bool:
    """Register both products for compiled code, or return False if they are missing.

    Compiled code from the cache crashes if it is called before its products are registered.
    """
    found = {SINGLE: _find("cblas_sgemm"), DOUBLE: _find("cblas_dgemm")}
    if not all(found.values()):
        return False
    from llvmlite import binding

    for name, function in found.items():
        binding.add_symbol(name, ctypes.cast(function, ctypes.c_void_p).value)
    return True


def small_product() -> int:
    """`SMALL_PRODUCT` if pieces of this size are faster than one product, or 0.

    Pieces need kernels for small products and a single thread, because threads can only share a large product.
    """
    name, threads = _find("openblas_get_corename"), _find("openblas_get_num_threads")
    if name is None or threads is None:
        return 0
    name.restype = ctypes.c_char_p
    return SMALL_PRODUCT if name() in UNPACKED and threads() == 1 else 0
