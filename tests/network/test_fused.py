"""Adam compiled by numba, where it is installed, walks as NumPy's does; without it nothing is missed."""

import sys

import numpy as np
import pytest

from cs231n_lib.network import MLP, Adam, fused, optimizers


def walk(monkeypatch, least, steps=100):
    monkeypatch.setattr(optimizers, "compiled_code_allowed", lambda: True)  # a lesson imported earlier turns it off
    monkeypatch.setattr(optimizers, "MIN_PARAMETERS", least)
    rng = np.random.default_rng(0)
    network, optimizer = MLP((30, 40, 5), rng=rng), Adam(0.01)
    optimizer.bind(network)
    x, y = rng.standard_normal((64, 30)).astype(np.float32), rng.integers(0, 5, 64)
    for _ in range(steps):
        network.loss_and_gradient(x, y)
        optimizer.step()
    return optimizer, network.parameters


def test_compiled_loop_equals_adam(monkeypatch):
    # Run as it is, by Python, so that it is tested where numba is not installed.
    monkeypatch.setattr(optimizers, "adam_kernel", lambda: fused._adam)
    optimizer, parameters = walk(monkeypatch, least=0, steps=3)
    assert optimizer._fused is fused._adam
    np.testing.assert_allclose(parameters, walk(monkeypatch, least=10**9, steps=3)[1], rtol=0, atol=1e-5)


def test_100_compiled_steps_equal_numpy(monkeypatch):
    pytest.importorskip("numba")
    optimizer, parameters = walk(monkeypatch, least=0)
    assert optimizer._fused is not None
    np.testing.assert_allclose(parameters, walk(monkeypatch, least=10**9)[1], rtol=0, atol=1e-5)


def test_adam_works_silently_without_numba(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    fused.adam_kernel.cache_clear()
    try:
        optimizer, parameters = walk(monkeypatch, least=0, steps=5)
    finally:
        fused.adam_kernel.cache_clear()
    assert optimizer._fused is None
    np.testing.assert_array_equal(parameters, walk(monkeypatch, least=10**9, steps=5)[1])


def test_adam_works_silently_without_a_cache(monkeypatch):
    caching = pytest.importorskip("numba.core.caching")
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    fused.adam_kernel.cache_clear()
    try:
        assert fused.adam_kernel() is None
    finally:
        fused.adam_kernel.cache_clear()
