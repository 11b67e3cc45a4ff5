"""What lesson 06's checks say of answers that deserve a word of their own, and the lesson's own references."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from lessons.battery import mistake
from lessons.initialization.alternatives import fold_by_matrix, nothing_staged, scaled_in_another_order, unit_by_einsum
from scipy.stats import kstest

from cs231n_lib.functions import initializers, layers
from cs231n_lib.lessons.initialization import checks as initialization
from cs231n_lib.lessons.initialization.checks import references

jax.config.update("jax_enable_x64", True)


def test_unknown_wrong_fold_gets_no_named_mistake():
    def fold(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
        scale = gamma / np.sqrt(running_var + eps)
        return scale * w, scale * (b - running_mean) + 2 * beta

    assert not initialization.fold_batchnorm(fold).mistakes


def test_far_too_large_spread_is_not_blamed_on_the_mean():
    result = initialization.small_random(lambda fan_in, fan_out, rng, std=0.01: rng.normal(0, 50, (fan_in, fan_out)))
    assert "the standard deviation of the weights is wrong" in result.text()
    assert "mean of" not in result.text()


def test_weights_without_a_matrix_get_no_named_mistake():
    def one_deviation(fan_in, fan_out, rng):
        return scaled_in_another_order(fan_in, fan_out, rng) | {"scaled": fan_in**-0.5}

    result = initialization.scaled_weights(one_deviation)
    assert result.points == 7
    assert not result.mistakes


def test_transposed_folded_weights_get_no_named_mistake():
    def turned(w, b, gamma, beta, running_mean, running_var, eps=1e-5):
        w, b = fold_by_matrix(w, b, gamma, beta, running_mean, running_var, eps)
        return w.T, b

    assert not initialization.fold_batchnorm(turned).mistakes


def test_answer_zero_at_zero_weights_gets_no_named_mistake():
    def weighed(x, dscores, w_in, w_out):
        dw_in, dw_out = unit_by_einsum(x, dscores, w_in, w_out)
        return w_in * dw_in.sum(), dw_out

    assert not initialization.unit_gradients(weighed).mistakes


def test_wrong_spread_is_named_in_any_order_of_draws():
    def he_first(fan_in, fan_out, rng):
        stds = {"he": np.sqrt(2) / fan_in, "glorot": np.sqrt(2 / (fan_in + fan_out)), "scaled": fan_in**-0.5}
        return {name: rng.normal(0, std, (fan_in, fan_out)) for name, std in stds.items()}

    assert dict(initialization.scaled_weights(he_first).mistakes).keys() == {"root of the 2 only, He"}


@pytest.mark.parametrize(
    ("exercise", "name"),
    [
        ("small_random", "mean and deviation exchanged"),
        ("bias_effect", "one number"),
        ("batchnorm_backward", "dgamma and dbeta exchanged"),
        ("batchnorm_backward_staged", "mean path subtracted"),
    ],
)
def test_each_mistake_gets_only_its_own_name(exercise, name):
    wrong = mistake("initialization", exercise, name)
    assert dict(getattr(initialization, exercise)(wrong).mistakes).keys() == {name}


def test_draw_order_does_not_change_the_named_mistake():
    def as_variance(fan_in, fan_out, rng, std=0.01):
        return np.array([rng.normal(0, std**2, fan_out) for _ in range(fan_in)][::-1])

    for seed in range(20):
        result = initialization.small_random(as_variance, seed=str(seed))
        assert dict(result.mistakes).keys() == {"variance for deviation"}


def test_staged_gradients_of_zero_earn_nothing():
    result = initialization.batchnorm_backward_staged(nothing_staged)
    assert result.points == 0
    assert "which is zero throughout. Correct" in result.text()


def test_slip_in_one_stage_costs_only_its_own_line():
    result = initialization.batchnorm_backward_staged(
        mistake("initialization", "batchnorm_backward_staged", "dstd averaged")
    )
    lines = {row.title for row in result.rows if not row.passed and row.title.startswith("Line")}
    assert lines == {"Line dstd, through the division"}


def test_centring_in_place_costs_a_point_in_the_staged_exercise():
    in_place = mistake("initialization", "batchnorm_backward_staged", "x centred in place")
    assert initialization.batchnorm_backward_staged(in_place).points == 13


@pytest.mark.parametrize(
    ("result", "said"), [((1, 2), "type tuple"), (None, "returns None"), ({"dx_hat": 1}, "dx_hat")]
)
def test_wrong_staged_dictionary_is_described(result, said):
    assert said in initialization.batchnorm_backward_staged(lambda dout, x, gamma, eps=1e-5: result).text()


def test_staged_gradients_match_jax_with_a_nudge_per_stage():
    rng = np.random.default_rng(0)
    dout, x, gamma = rng.normal(size=(5, 3)), rng.normal(1, 2, (5, 3)), rng.uniform(0.5, 2, 3)

    def loss(nudge):
        moved = x + nudge["dx"]
        xc = moved - (moved.mean(axis=0) + nudge["dmu"]) + nudge["dxc"]
        std = jnp.sqrt(jnp.mean(xc**2, axis=0) + nudge["dvar"] + 0.3) + nudge["dstd"]
        xhat = xc / std + nudge["dxhat"]
        return jnp.sum(dout * ((gamma + nudge["dgamma"]) * xhat + nudge["dbeta"]))

    staged = references.batchnorm_backward_staged(dout, x, gamma, eps=0.3)
    expected = jax.grad(loss)({name: np.zeros_like(value) for name, value in staged.items()})
    for name, value in staged.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-9, atol=1e-12)


def test_staged_and_closed_form_gradients_agree():
    rng = np.random.default_rng(1)
    dout, x, gamma, zero, one = *rng.normal(size=(2, 6, 4)), rng.normal(size=4), np.zeros(4), np.ones(4)
    staged = references.batchnorm_backward_staged(dout, x, gamma)
    _, cache, _, _ = layers.batchnorm_forward(x, gamma, zero, zero, one)
    for value, name in zip(layers.batchnorm_backward(dout, cache), ("dx", "dgamma", "dbeta"), strict=True):
        np.testing.assert_allclose(value, staged[name], rtol=1e-9, atol=1e-12)


def test_gradients_of_one_unit_are_those_of_jax():
    rng = np.random.default_rng(2)
    x, dscores, w_in, w_out = (rng.normal(size=shape) for shape in ((6, 4), (6, 3), (4,), (3,)))
    expected = jax.grad(lambda i, o: jnp.sum(dscores * jnp.outer(jnp.tanh(x @ i), o)), argnums=(0, 1))(w_in, w_out)
    for value, peer in zip(references.unit_gradients(x, dscores, w_in, w_out), expected, strict=True):
        np.testing.assert_allclose(value, peer, rtol=1e-9)


def test_drawn_weights_have_the_distribution_of_the_library():
    rng = np.random.default_rng(3)
    drawn = references.scaled_weights(200, 300, rng) | {"small_random": references.small_random(200, 300, rng, 0.3)}
    for name, w in drawn.items():
        peer = getattr(initializers, name)(200, 300, rng, **({"std": 0.3} if name == "small_random" else {}))
        assert w.shape == peer.shape
        assert kstest(w.ravel(), peer.ravel()).pvalue > 0.001


def test_deviations_of_layers_by_hand():
    weights = [np.array([[2.0]]), np.array([[-1.0, 3.0]])]
    # Layer 1 puts out 2 and 6, layer 2 then 2, 6, 6 and 18, whose squared distances from their mean 8 average to 36.
    assert references.layer_deviations(np.array([[1.0], [3.0]]), weights, abs).tolist() == [2, 6]


def test_a_bias_before_doubling_shifts_by_twice_its_size():
    double = (lambda z: (2 * z, None)), (lambda dout, cache: 2 * dout)
    x, w, b, dout = np.ones((3, 2)), np.ones((2, 2)), np.array([1.0, -4.0]), np.ones((3, 2))
    effect, db = references.bias_effect(*double, x, w, b, dout)
    assert (effect.tolist(), db.tolist()) == ([2, 8], [6, 6])
