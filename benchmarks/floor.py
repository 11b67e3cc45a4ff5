"""One training step in C++ with NumPy's own matrix products, as the floor for every other step."""

import ctypes
import os
import shutil
import subprocess
import tempfile
import weakref
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import Work

SOURCE = Path(__file__).with_suffix(".cpp")
OPTIONS = ("-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-shared", "-fPIC")
"""None of them changes how a sum is rounded."""


def floor_step(weights: list[NDArray[np.float32]], x: NDArray[np.float32], y: NDArray[np.int64]) -> Work | None:
    """Step of the compiled network, or None without a C++ compiler or without OpenBLAS in NumPy."""
    library, gemm = _library(), _gemm()
    if library is None or gemm is None:
        return None
    sizes = [w.shape[0] for w in weights] + [weights[-1].shape[1]]
    network = library.make_network(
        gemm,
        len(weights),
        (ctypes.c_int64 * len(sizes))(*sizes),
        len(x),
        (ctypes.c_void_p * len(weights))(*(w.ctypes.data for w in weights)),
    )

    def work() -> float:
        return float(library.step(network, x.ctypes.data, y.ctypes.data))

    weakref.finalize(work, library.free_network, network)
    return work


@cache
def _library() -> ctypes.CDLL | None:
    compiler = shutil.which(os.environ.get("CXX", "c++"))
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder, "floor.so")
        command = [compiler, *OPTIONS, str(SOURCE), "-o", str(compiled)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
        library = ctypes.CDLL(str(compiled))
    library.make_network.restype = ctypes.c_void_p
    library.make_network.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p]
    library.step.restype, library.step.argtypes = ctypes.c_float, [ctypes.c_void_p] * 3
    library.free_network.restype, library.free_network.argtypes = None, [ctypes.c_void_p]
    return library


def _gemm() -> int | None:
    """Address of the single-precision product of NumPy's wheels, whose sizes are 64-bit integers."""
    from numpy._core import _multiarray_umath

    blas = ctypes.CDLL(_multiarray_umath.__file__)
    name = next((name for name in ("scipy_cblas_sgemm64_", "cblas_sgemm64_") if hasattr(blas, name)), None)
    return ctypes.cast(getattr(blas, name), ctypes.c_void_p).value if name else None
