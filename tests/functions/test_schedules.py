import jax
import numpy as np
import optax
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs231n_lib.functions.schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    momentum_annealing,
    step_decay,
    warmup,
)

jax.config.update("jax_enable_x64", True)

# optax counts steps; here one step is one epoch. It has no 1/t decay of this form: that one is worked by hand below.
PEERS = {
    "constant": (constant(0.3), optax.constant_schedule(0.3)),
    "step": (step_decay(0.3, 0.5, every=7), optax.exponential_decay(0.3, 7, 0.5, staircase=True)),
    "exponential": (exponential_decay(0.3, k=0.2), optax.exponential_decay(0.3, 1, np.exp(-0.2))),
    "cosine": (cosine_decay(0.3, epochs=40, end=0.06), optax.cosine_decay_schedule(0.3, 40, alpha=0.2)),
    "warm-up, then cosine": (
        warmup(cosine_decay(0.3, epochs=30), epochs=10, start=0.2),
        optax.warmup_cosine_decay_schedule(0.06, 0.3, warmup_steps=10, decay_steps=40),
    ),
    "momentum": (momentum_annealing(0.5, 0.99, epochs=20), optax.linear_schedule(0.5, 0.99, 20)),
}


@pytest.mark.parametrize(("rate", "peer"), PEERS.values(), ids=PEERS)
def test_fifty_epochs_against_optax(rate, peer):
    ours = [rate(epoch) for epoch in range(50)]
    np.testing.assert_allclose(ours, [peer(np.float64(epoch)) for epoch in range(50)], rtol=0, atol=1e-12)
    assert all(type(value) is float for value in ours)


def test_one_over_t_by_hand():
    rate = inverse_time_decay(1.0, k=0.5)
    assert [rate(epoch) for epoch in (0, 2, 6, 14)] == [1, 1 / 2, 1 / 4, 1 / 8]


def test_a_fraction_of_an_epoch_counts():
    assert step_decay(1.0, factor=0.5, every=2.5)(2.49) == 1
    assert step_decay(1.0, factor=0.5, every=2.5)(2.5) == 0.5
    assert warmup(constant(1.0), epochs=1, start=0.0)(0.25) == 0.25
    assert exponential_decay(1.0, k=2.0)(0.5) == pytest.approx(1 / np.e)


@given(epochs=st.floats(0.5, 50), start=st.floats(0, 1), lr=st.floats(1e-4, 1))
def test_warmup_joins_the_schedule_without_a_jump(epochs, start, lr):
    rate = warmup(exponential_decay(lr, k=0.1), epochs, start)
    assert rate(0) == pytest.approx(start * lr)
    assert rate(epochs * (1 - 1e-9)) == pytest.approx(lr)
    assert rate(epochs) == pytest.approx(lr)


DECAYS = [step_decay(0.5), exponential_decay(0.5, 0.1), inverse_time_decay(0.5, 0.1), cosine_decay(0.5, 30)]


@pytest.mark.parametrize("rate", DECAYS)
@given(early=st.floats(0, 100), late=st.floats(0, 100))
def test_decay_starts_at_lr_and_never_grows(rate, early, late):
    early, late = sorted((early, late))
    assert 0.5 == rate(0) >= rate(early) >= rate(late) >= 0
    assert rate(100) < 0.1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: constant(-0.1), ValueError, r"constant: lr is -0\.1. It must be a number of at least 0"),
        (lambda: constant(0.1)(-1), ValueError, "constant: epoch is -1. It must be a number of at least 0"),
        (lambda: constant(0.1)("1"), TypeError, "epoch is str '1'"),
        (lambda: step_decay(0.1, factor=2), ValueError, r"step_decay: factor is 2. It must be a factor in \(0, 1\]"),
        (lambda: step_decay(0.1, every=0), ValueError, "every is 0. It must be a number above 0"),
        (lambda: exponential_decay(0.1, k=-1), ValueError, "k is -1"),
        (lambda: inverse_time_decay(0.1, k=np.nan), ValueError, "k is nan"),
        (lambda: cosine_decay(0.1, epochs=0), ValueError, "epochs is 0"),
        (lambda: warmup(0.1, epochs=2), TypeError, "warmup: after is float. Pass the function itself"),
        (
            lambda: warmup(constant(0.1), epochs=2, start=2),
            ValueError,
            r"start is 2. It must be a fraction in \[0, 1\]",
        ),
        (lambda: momentum_annealing(end=1), ValueError, r"end is 1. It must be a decay rate in \[0, 1\)"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()
