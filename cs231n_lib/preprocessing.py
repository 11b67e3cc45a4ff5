r"""Data before weights: fit the statistics on the training split, apply them to every split.

``*_fit`` takes the training examples, ``*_transform`` any examples and what was fitted. Fitting on all the data would
leak the test split into training. Variances are divided by N.
"""

from typing import Any

import numpy as np

from cs231n_lib.contracts import Call, Check, FloatArray, array, contract
from cs231n_lib.pca import components_to_keep, pca_fit, pca_reconstruct, pca_transform, pca_whiten, zca_whiten

__all__ = [
    "center_fit",
    "center_transform",
    "components_to_keep",
    "min_max_fit",
    "min_max_transform",
    "pca_fit",
    "pca_reconstruct",
    "pca_transform",
    "pca_whiten",
    "standardize_fit",
    "standardize_transform",
    "zca_whiten",
]


def example_of(data: str) -> Check:
    """A float array of the shape of one example of the argument ``data``."""
    any_shape = array()

    def check(name: str, value: Any, call: Call) -> None:
        any_shape(name, value, call)
        shape = call.arguments[data].shape
        if value.shape != shape[1:]:
            raise ValueError(
                f"{name} has shape {value.shape} but an example of {data} has {shape[1:]}; fit on such data"
            )

    return check


def all_above_zero(shape: str) -> Check:
    """A float array without a zero or negative entry."""
    shaped = array(shape)

    def check(name: str, value: Any, call: Call) -> None:
        shaped(name, value, call)
        if not (value > 0).all():
            raise ValueError(f"{name} holds {value.min()}; a feature that never varies gets the scale 1")

    return check


@contract(x=array())
def center_fit(x: FloatArray) -> FloatArray:
    r"""Mean example, :math:`\frac{1}{N} \sum_n x_n`; for images the mean image.

    Parameters
    ----------
    x : (N, ...)
        Training examples.

    Returns
    -------
    mean : (...)
        One mean per feature.

    Raises
    ------
    TypeError, ValueError
        ``x`` is no finite float array or is empty.

    References
    ----------
    CS231n notes, "Neural networks part 2: data preprocessing"; so for all of this module.

    Examples
    --------
    >>> center_fit(np.array([[1.0, 10.0], [3.0, 30.0]]))
    array([ 2., 20.])
    """
    return np.asarray(x.mean(axis=0))


@contract(x=array(), mean=example_of("x"))
def center_transform(x: FloatArray, mean: FloatArray) -> FloatArray:
    r"""Mean subtraction, :math:`x - \mu`: the cloud of the training examples moves to the origin.

    Parameters
    ----------
    x : (N, ...)
        Examples of any split.
    mean : (...)
        From `center_fit`.

    Returns
    -------
    centered : (N, ...)
        Shape of ``x``.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, or the shapes do not fit.

    Examples
    --------
    >>> center_transform(np.array([[1.0, 10.0]]), mean=np.array([2.0, 20.0]))
    array([[ -1., -10.]])
    """
    return x - mean


@contract(x=array("N D"))
def standardize_fit(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Mean and standard deviation of each feature, :math:`\sigma = \sqrt{\frac{1}{N} \sum_n (x_n - \mu)^2}`.

    Parameters
    ----------
    x : (N, D)
        Training examples.

    Returns
    -------
    mean : (D,)
        Mean.
    scale : (D,)
        Standard deviation; 1 where a feature never varies, for its own would be 0, or rounding error that blows up.

    Raises
    ------
    TypeError, ValueError
        ``x`` is no finite float array with two axes, or is empty.

    Examples
    --------
    >>> standardize_fit(np.array([[1.0, 5.0], [3.0, 5.0]]))
    (array([2., 5.]), array([1., 1.]))
    """
    varies = x.max(axis=0) > x.min(axis=0)
    return x.mean(axis=0), np.where(varies, x.std(axis=0), 1)


@contract(x=array("N D"), mean=array("D"), scale=all_above_zero("D"))
def standardize_transform(x: FloatArray, mean: FloatArray, scale: FloatArray) -> FloatArray:
    r"""Standardise, :math:`(x - \mu) / \sigma`: every feature of the training split has mean 0 and variance 1.

    Parameters
    ----------
    x : (N, D)
        Examples of any split.
    mean, scale : (D,)
        From `standardize_fit`.

    Returns
    -------
    standardized : (N, D)
        Without unit.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, the shapes do not fit, or a scale is not above 0.

    Examples
    --------
    >>> standardize_transform(np.array([[5.0, 7.0]]), mean=np.array([2.0, 5.0]), scale=np.array([2.0, 1.0]))
    array([[1.5, 2. ]])
    """
    return (x - mean) / scale


@contract(x=array("N D"))
def min_max_fit(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Smallest and largest value of each feature.

    Parameters
    ----------
    x : (N, D)
        Training examples.

    Returns
    -------
    low, high : (D,)
        The two bounds.

    Raises
    ------
    TypeError, ValueError
        ``x`` is no finite float array with two axes, or is empty.

    Examples
    --------
    >>> min_max_fit(np.array([[1.0, 5.0], [3.0, 2.0]]))
    (array([1., 2.]), array([3., 5.]))
    """
    return x.min(axis=0), x.max(axis=0)


@contract(x=array("N D"), low=array("D"), high=array("D"))
def min_max_transform(x: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    r"""Scale to [-1, 1], :math:`2 (x - low) / (high - low) - 1`; other splits may stick out.

    Parameters
    ----------
    x : (N, D)
        Examples of any split.
    low, high : (D,)
        From `min_max_fit`. Where both are equal the feature is only shifted: its training value becomes -1.

    Returns
    -------
    scaled : (N, D)
        Without unit.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, or the shapes do not fit.

    Examples
    --------
    >>> min_max_transform(np.array([[1.0], [2.0], [4.0]]), low=np.array([1.0]), high=np.array([3.0]))
    array([[-1.],
           [ 0.],
           [ 2.]])
    """
    span = np.where(high > low, high - low, 1)
    return 2 * (x - low) / span - 1
