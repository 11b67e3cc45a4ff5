"""The compiled step follows the readable classes, and NumPy replaces it wherever it cannot run or does not pay."""

import itertools
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest

from cs231n_lib.front_end import bars_in
from cs231n_lib.network import MLP, SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, RMSProp, compiled
from cs231n_lib.network.compiled import CompiledStep, compiled_step

RULES = {"SGD": SGD, "Momentum": Momentum, "RMSProp": RMSProp, "Adam": Adam, "AdamW": AdamW}
COMBINATIONS = list(itertools.product(("relu", "tanh"), (0.0, 0.1), (False, True), (0.0, 0.3)))


@pytest.fixture(autouse=True)
def _allowed(monkeypatch):
    for name in ("CS231N_COMPILED", "CS231N_STATIC", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def kernels():
    pytest.importorskip("numba")
    kernels = compiled.load_kernels(np.dtype(np.float64)) and compiled.load_kernels(np.dtype(np.float32))
    if kernels is None:
        pytest.skip("NumPy has no OpenBLAS with 64-bit sizes")
    return kernels


def make(activation="relu", l2=0.0, batch_norm=False, drop_prob=0.0, rule="Adam", dtype=np.float64, sizes=(7, 9, 6, 4)):
    network = MLP(
        sizes, activation, l2=l2, batch_norm=batch_norm, drop_prob=drop_prob, dtype=dtype, rng=np.random.default_rng(0)
    )
    rng = np.random.default_rng(1)
    for vector in (*network.biases, *network.scales):
        vector += rng.standard_normal(vector.shape).astype(dtype) / 4
    optimizer = RULES[rule](0.01)
    optimizer.bind(network)
    for state in optimizer.state.values():
        state[:] = rng.random(state.shape)
    return network, optimizer


def batches(sizes=(7, 9, 6, 4), dtype=np.float64, rows=(12, 5, 12)):
    rng = np.random.default_rng(2)
    return [(rng.standard_normal((n, sizes[0])).astype(dtype), rng.integers(0, sizes[-1], n)) for n in rows]


def numpy_steps(network, optimizer, data):
    for x, y in data:
        loss = network.backpropagate(x, y)
        optimizer.step()
    return loss


def compiled_steps(network, optimizer, kernels, data):
    step = CompiledStep(network, optimizer, kernels)
    for x, y in data:
        loss = step.loss(x, y)
        step.learn()
    return loss


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("activation", "l2", "batch_norm", "drop_prob"), COMBINATIONS)
def test_compiled_step_equals_numpy(activation, l2, batch_norm, drop_prob, rule, kernels):
    (theirs, first), (ours, second) = (make(activation, l2, batch_norm, drop_prob, rule) for _ in range(2))
    for data in ([batch] for batch in batches()):  # a full batch, the last and smaller one of an epoch, a full one
        losses = numpy_steps(theirs, first, data), compiled_steps(ours, second, kernels, data)
        np.testing.assert_allclose(losses[1], losses[0], rtol=1e-6)
        for name in ("gradient", "parameters", "running"):
            np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=0, atol=1e-6, err_msg=name)
        for name, state in first.state.items():
            np.testing.assert_allclose(second.state[name], state, rtol=0, atol=1e-6, err_msg=name)
    assert first.steps == second.steps == 3


def test_network_without_hidden_layer_is_covered(kernels):
    (theirs, first), (ours, second) = (make(sizes=(7, 4)) for _ in range(2))
    losses = [numpy_steps(theirs, first, batches()), compiled_steps(ours, second, kernels, batches())]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-6)
    np.testing.assert_allclose(ours.parameters, theirs.parameters, rtol=0, atol=1e-6)


def test_settings_changed_later_are_ignored_as_by_numpy(kernels):
    (theirs, first), (ours, second) = (make(l2=0.1, drop_prob=0.3) for _ in range(2))
    step = CompiledStep(ours, second, kernels)
    (x, y), *_ = batches()
    for _ in range(2):
        losses = theirs.backpropagate(x, y), step.loss(x, y)
        first.step()
        step.learn()
        for network in (theirs, ours):
            network.l2, network.drop_prob = 5.0, 0.0
    np.testing.assert_allclose(*losses, rtol=1e-6)
    np.testing.assert_allclose(ours.parameters, theirs.parameters, rtol=0, atol=1e-6)


@pytest.mark.parametrize("limit", [0, 50_000])
def test_pieces_of_a_product_give_the_gradient(limit, kernels, monkeypatch):
    monkeypatch.setattr("cs231n_lib.network.blas.small_product", lambda: limit)
    sizes = 300, 40, 35, 10
    (exact, first), (ours, second) = (make(dtype=dtype, sizes=sizes) for dtype in (np.float64, np.float32))
    (x, y), *_ = batches(sizes, rows=(32,))
    assert compiled_steps(ours, second, kernels, [(x.astype(np.float32), y)]) == pytest.approx(
        numpy_steps(exact, first, [(x, y)]), rel=1e-5
    )
    np.testing.assert_allclose(ours.gradient, exact.gradient, rtol=0, atol=1e-6)


def test_tiny_states_are_rounded_to_zero(kernels):
    network, optimizer = make(dtype=np.float32)
    x, y = batches(dtype=np.float32)[0]
    x[:, 0] = 0  # so that the gradient of the first weights is 0
    tiny = optimizer.state["v"][: network.sizes[1]]
    tiny[:], optimizer.steps = 1e-36, optimizer.flush_every - 2
    for expected in (False, True):
        compiled_steps(network, optimizer, kernels, [(x, y)])
        assert (tiny == 0).all() == expected


def test_repeated_steps_are_equal_bit_for_bit(kernels):
    results = []
    for _ in range(2):
        network, optimizer = make(dtype=np.float32, batch_norm=True, drop_prob=0.3)
        loss = compiled_steps(network, optimizer, kernels, batches(dtype=np.float32) * 5)
        results.append((loss, network.parameters.tobytes(), network.running.tobytes()))
    assert results[0] == results[1]


def test_compiled_code_keeps_the_rules_of_floats(kernels):
    for name in ("affine", "normalise", "scores", "softmax_gradient", "backward", "denormalise", "update", "learn"):
        passed = getattr(kernels, name)
        assert not passed.targetoptions.get("fastmath")
        assert len(passed.signatures) == 2, f"{name} was compiled for other types than those named"


def test_infinite_input_gives_a_loss_that_diverges(kernels):
    (theirs, _), (ours, optimizer) = (make() for _ in range(2))
    x, y = batches()[0]
    x[0, 0] = np.inf
    with np.errstate(invalid="ignore"):
        assert np.isnan([theirs.backpropagate(x, y), CompiledStep(ours, optimizer, kernels).loss(x, y)]).all()


class Changed(MLP):
    pass


def replaced():
    network, optimizer = make()
    network.backpropagate = lambda x, y: 0.0
    return network, optimizer


def bound(network, optimizer):
    optimizer.bind(network)
    return network, optimizer


@pytest.mark.parametrize(
    "pair",
    [
        lambda: bound(Changed((3, 2), rng=np.random.default_rng(0)), Adam()),
        lambda: bound(MLP((3, 2), l1=0.1, rng=np.random.default_rng(0)), Adam()),
        lambda: bound(MLP((3, 4, 2), "leaky_relu", rng=np.random.default_rng(0)), Adam()),
        lambda: bound(MLP((3, 2), rng=np.random.default_rng(0)), Nesterov()),
        lambda: bound(MLP((3, 2), rng=np.random.default_rng(0)), Adagrad()),
        lambda: (make()[0], make()[1]),
        replaced,
    ],
    ids=["subclass", "L1", "leaky ReLU", "Nesterov", "Adagrad", "bound elsewhere", "replaced method"],
)
def test_uncovered_run_is_left_to_numpy(pair):
    assert compiled_step(*pair(), steps=10**9) is None


def test_only_long_runs_are_compiled(kernels, capsys):
    compiled._report_once.cache_clear()
    network, optimizer = make()
    assert compiled_step(network, optimizer, steps=1000) is None
    assert capsys.readouterr().err == ""
    for _ in range(2):
        assert isinstance(compiled_step(network, optimizer, steps=10**6), CompiledStep)
    assert capsys.readouterr().err.count("compiled code") == 1


@pytest.mark.parametrize(
    ("name", "value"), [("CS231N_COMPILED", "0"), ("CS231N_STATIC", "1"), ("NBGRADER_EXECUTION", "autograde")]
)
def test_stored_outputs_come_from_numpy(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    assert compiled_step(*make(), steps=10**9) is None
    monkeypatch.setattr("cs231n_lib.network.optimizers.MIN_PARAMETERS", 0)
    assert make()[1]._fused is None


def no_numba(patch):
    patch.setitem(sys.modules, "numba", None)
    patch.delitem(sys.modules, "cs231n_lib.network.kernels", raising=False)
    patch.delattr("cs231n_lib.network.kernels", raising=False)


def another_blas(patch):
    patch.setattr("cs231n_lib.network.blas._find", lambda name: None)


def no_names(patch):
    patch.setattr("cs231n_lib.network.blas._library", lambda: object())


def no_library(patch):
    def library():
        raise OSError("no such module")

    patch.setattr("cs231n_lib.network.blas._library", library)


def no_folder(patch):
    caching = pytest.importorskip("numba.core.caching")
    no_numba(patch)
    patch.delitem(sys.modules, "numba")
    patch.setattr(caching.CacheImpl, "_locator_classes", [])


def full_disk(patch):
    caching = pytest.importorskip("numba.core.caching")

    def save(*args):
        raise OSError("No space left on device")

    no_numba(patch)
    patch.delitem(sys.modules, "numba")
    patch.setattr(caching.IndexDataCacheFile, "load", lambda *args: None)
    patch.setattr(caching.IndexDataCacheFile, "save", save)


@pytest.mark.parametrize("lack", [no_numba, another_blas, no_names, no_library, no_folder, full_disk])
def test_numpy_replaces_silently_what_is_missing(lack, capsys):
    with pytest.MonkeyPatch.context() as patch:
        lack(patch)
        compiled.load_kernels.cache_clear()
        compiled._report_once.cache_clear()
        from cs231n_lib.network import blas

        blas.register.cache_clear()
        step = compiled_step(*make(), steps=10**9)
    compiled.load_kernels.cache_clear()
    blas.register.cache_clear()
    assert step is None
    assert capsys.readouterr().err == ""


def test_compilation_shows_its_progress(kernels):
    shown = []

    @contextmanager
    def bar(total, unit, initial):
        shown.append(total)
        yield SimpleNamespace(update=lambda: shown.append(unit))

    compiled.load_kernels.cache_clear()
    with bars_in(bar):
        compiled.load_kernels(np.dtype(np.float64))
    assert shown == [kernels.PASSES, *["compiled pass"] * kernels.PASSES]


@pytest.mark.parametrize(("name", "threads", "limit"), [(b"SkylakeX", 1, 10**6), (b"SkylakeX", 2, 0), (b"Zen", 1, 0)])
def test_products_are_cut_only_where_it_helps(name, threads, limit, monkeypatch):
    from cs231n_lib.network import blas

    found = {"openblas_get_corename": lambda: name, "openblas_get_num_threads": lambda: threads}
    monkeypatch.setattr(blas, "_find", found.get)
    assert blas.small_product() == limit
