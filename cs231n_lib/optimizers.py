r"""Update rules: pure functions from a weight, its gradient and a state to the next weight and state.

All share one form, ``w, state... = rule(w, dw, state..., lr, ...)``: ``lr`` is the learning rate of this step, and each
state starts at zeros of the shape of ``w``.
"""

from collections.abc import Callable

import numpy as np

from cs231n_lib.contracts import FloatArray, array, contract, count, non_negative
from cs231n_lib.gradients import function


@contract(gradient=function, w=array(), lr=non_negative, steps=count)
def gradient_descent(
    gradient: Callable[[FloatArray], FloatArray], w: FloatArray, lr: float, steps: int
) -> tuple[FloatArray, FloatArray]:
    r"""Walk down the slope: :math:`w \leftarrow w - lr \cdot \nabla f(w)`, ``steps`` times.

    Parameters
    ----------
    gradient : callable
        ``gradient(w)`` returns the gradient at ``w``, in its shape.
    w : (...)
        Where to start; not changed.
    lr : float
        Learning rate.
    steps : int
        How many updates.

    Returns
    -------
    w : (...)
        Where the walk ended.
    path : (steps + 1, ...)
        Every point on the way, the first and the last included.

    Raises
    ------
    TypeError, ValueError
        For an argument that is not what is said above, or a negative ``lr``.

    Examples
    --------
    >>> w, path = gradient_descent(lambda w: 2 * w, np.array([1.0]), lr=0.25, steps=2)
    >>> path
    array([[1.  ],
           [0.5 ],
           [0.25]])
    """
    path = [w]
    for _ in range(steps):
        w = w - lr * gradient(w)
        path.append(w)
    return w, np.stack(path)
