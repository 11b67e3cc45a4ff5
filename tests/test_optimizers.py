import numpy as np

from cs231n_lib.optimizers import gradient_descent


def read_only(x):
    x = np.array(x, dtype=float)
    x.flags.writeable = False
    return x


def test_gradient_descent_path_by_hand():
    # f(w) = w0**2 + 4 w1**2 has gradient (2 w0, 8 w1); with lr 1/8 each step keeps 3/4 of w0 and none of w1.
    w, path = gradient_descent(lambda w: np.array([2, 8]) * w, read_only([16.0, 3.0]), lr=0.125, steps=2)
    assert path.tolist() == [[16, 3], [12, 0], [9, 0]]
    assert w.tolist() == [9, 0]


def test_gradient_descent_walks_in_any_shape_and_keeps_float32():
    w, path = gradient_descent(lambda w: w, np.ones((2, 3), dtype=np.float32), lr=0.5, steps=4)
    assert w.shape == (2, 3) and path.shape == (5, 2, 3)
    assert w.dtype == path.dtype == np.float32
