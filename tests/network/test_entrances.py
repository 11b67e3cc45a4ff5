"""What comes into a network from outside is checked where it enters, and named."""

import numpy as np
import pytest

from cs231n_lib.network import MLP, SGD, Adam


def mlp(**options):
    return MLP((2, 3, 2), **({"rng": np.random.default_rng(0)} | options))


def test_input_that_overflows_float32_is_refused():
    x = np.array([[1e39, 0.0]])
    for call in (mlp().predict, mlp().dead_fraction, lambda x: mlp().loss_and_gradient(x, np.array([0]))):
        with pytest.raises(ValueError, match=r"x holds 1e\+39, too large for float32\. Scale the inputs down"):
            call(x)
    assert np.isfinite(mlp(dtype=np.float64).predict(x)).all()


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (lambda i, o: np.full((i, o), np.nan), "^MLP: initializer returned values that are not finite in float32"),
        (lambda i, o: np.full((i, o), 1e39), "^MLP: initializer returned values that are not finite in float32"),
        (lambda i, o: np.zeros((o + 1, i)), "^MLP: initializer returned shape"),
        (lambda i, o: np.full((i, o), "w"), "^MLP: initializer returned dtype"),
        (lambda i, o: None, "^MLP: initializer returned shape"),
    ],
)
def test_initializer_result_is_checked(returned, words):
    with pytest.raises((TypeError, ValueError), match=words):
        mlp(initializer=lambda i, o, rng: returned(i, o))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: mlp(rng=None), "^MLP: rng is NoneType"),
        (lambda: mlp(initializer="he"), "^MLP: initializer is str. Pass the function itself"),
        (lambda: mlp(dtype="no such"), "^MLP: dtype is 'no such'"),
        (lambda: mlp(no_such=1), "^MLP: got an unexpected keyword argument 'no_such'"),
        (lambda: MLP(3, rng=np.random.default_rng(0)), "^MLP: sizes is 3"),
        (lambda: SGD(0), "^SGD: lr is 0"),
        (lambda: SGD(10**400), "^SGD: lr is too large for a float"),
        (lambda: Adam(beta1=1.0), "^Adam: beta1 is 1.0"),
    ],
)
def test_constructor_errors_name_the_class(make, words):
    with pytest.raises((TypeError, ValueError), match=words):
        make()
