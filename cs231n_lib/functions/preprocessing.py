r"""Data before weights: fit the statistics on the training split, apply them to every split.

``*_fit`` takes the training examples, ``*_transform`` any examples and what was fitted, ``*_inverse_transform`` leads
back. Fitting on all the data would
leak the test split into training. Variances are divided by N. Sums over examples are taken in float64 whatever the
dtype, for a long table would use up the digits of float32.
"""

from typing import Any

import numpy as np

from cs231n_lib.contracts import Call, Check, FloatArray, array, contract, double, number, positive
from cs231n_lib.contracts import variances as not_negative

__all__ = [
    "center_fit",
    "center_transform",
    "components_to_keep",
    "min_max_fit",
    "min_max_inverse_transform",
    "min_max_transform",
    "pca_fit",
    "pca_reconstruct",
    "pca_transform",
    "pca_whiten",
    "standardize_fit",
    "standardize_inverse_transform",
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


def not_below(other: str) -> Check:
    """A float array (D,), nowhere below the argument ``other``, nor farther from it than the largest float."""
    shaped = array("D")

    def check(name: str, value: Any, call: Call) -> None:
        shaped(name, value, call)
        low = call.arguments[other]
        if (value < low).any():
            raise ValueError(f"{name} is below {other} in feature {int(np.argmax(value < low))}; fit both on one split")
        with np.errstate(over="ignore"):
            if not np.isfinite(value - low).all():
                raise ValueError(f"{name} - {other} is too large for {value.dtype}; divide the data by 2 or more first")

    return check


@contract(x=array("N ..."))
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
    return np.asarray(x.mean(axis=0, dtype=np.promote_types(x.dtype, np.float64)), x.dtype)


@contract(x=array("N ..."), mean=example_of("x"))
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
    low, high = x.min(axis=0), x.max(axis=0)
    wide = np.promote_types(x.dtype, np.float64)
    _, exponent = np.frexp(np.maximum(np.abs(low), np.abs(high)))
    # No square is too large or too small in units of a power of two, which cost no digit, but time: only where needed.
    tame = (np.abs(exponent) < 450).all()
    unit = 1.0 if tame else np.ldexp(np.ones((), wide), exponent - 1)
    units = x.astype(wide, copy=False) if tame else x / unit
    mean = units.mean(axis=0, keepdims=True)
    scale = (units.std(axis=0, mean=mean) * unit).astype(x.dtype)
    mean = (mean[0] * unit).astype(x.dtype)
    scale = np.maximum(scale, np.finfo(x.dtype).smallest_subnormal)
    return mean, np.where(high > low, scale, np.ones((), x.dtype))


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


@contract(z=array("N D"), mean=array("D"), scale=all_above_zero("D"))
def standardize_inverse_transform(z: FloatArray, mean: FloatArray, scale: FloatArray) -> FloatArray:
    r"""Back from standardised features, :math:`z \sigma + \mu`.

    Parameters
    ----------
    z : (N, D)
        From `standardize_transform`.
    mean, scale : (D,)
        From `standardize_fit`, as they made ``z``.

    Returns
    -------
    x : (N, D)
        In the unit of the data.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, the shapes do not fit, or a scale is not above 0.

    Examples
    --------
    >>> standardize_inverse_transform(np.array([[1.5, 2.0]]), mean=np.array([2.0, 5.0]), scale=np.array([2.0, 1.0]))
    array([[5., 7.]])
    """
    return z * scale + mean


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


@contract(x=array("N D"), low=array("D"), high=not_below("low"))
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
        An argument is no finite float array, the shapes do not fit, or ``high`` is below ``low`` or too far from it.

    Examples
    --------
    >>> min_max_transform(np.array([[1.0], [2.0], [4.0]]), low=np.array([1.0]), high=np.array([3.0]))
    array([[-1.],
           [ 0.],
           [ 2.]])
    """
    span = np.where(high > low, high - low, 1)
    return 2 * (x - low) / span - 1


@contract(z=array("N D"), low=array("D"), high=not_below("low"))
def min_max_inverse_transform(z: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    r"""Back from [-1, 1], :math:`(z + 1) (high - low) / 2 + low`.

    Parameters
    ----------
    z : (N, D)
        From `min_max_transform`.
    low, high : (D,)
        From `min_max_fit`, as they made ``z``.

    Returns
    -------
    x : (N, D)
        In the unit of the data.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, the shapes do not fit, or ``high`` is below ``low`` or too far from it.

    Examples
    --------
    >>> min_max_inverse_transform(np.array([[-1.0], [0.0], [2.0]]), low=np.array([1.0]), high=np.array([3.0]))
    array([[1.],
           [2.],
           [4.]])
    """
    span = np.where(high > low, high - low, 1)
    return (z + 1) / 2 * span + low


share_of_variance = number("a share of the variance in (0, 1]", lambda v: 0 < v <= 1)


_table = double("N D")


def with_covariance(name: str, value: Any, call: Call) -> None:
    """A float array (N, D) whose squares and their sums are floats too."""
    _table(name, value, call)
    largest = np.abs(value).max()
    if largest > np.sqrt(np.finfo(value.dtype).max / (4 * len(value))):
        raise ValueError(f"{name} holds {largest}, too large for a covariance in {value.dtype}; scale the data down")


@contract(x=with_covariance)
def pca_fit(x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Principal components: the axes along which the examples vary most, then second most, and so on.

    With the mean :math:`\mu`, the covariance :math:`\frac{1}{N} (X - \mu)^T (X - \mu) = U S U^T` has the components in
    the columns of :math:`U` and the variances along them in :math:`S`.

    Parameters
    ----------
    x : (N, D)
        Training examples.

    Returns
    -------
    mean : (D,)
        Mean example.
    components : (D, D)
        Orthonormal columns, largest variance first; take the first C with ``components[:, :C]``. The sign of a column
        is arbitrary.
    variances : (D,)
        Variance along each component.

    Raises
    ------
    TypeError, ValueError
        ``x`` is no finite float array with two axes, is empty, or holds entries whose squares are no floats.

    References
    ----------
    CS231n notes, "Neural networks part 2: PCA and whitening"; so for all of this module.

    Examples
    --------
    >>> mean, components, variances = pca_fit(np.array([[3.0, 4.0], [-3.0, -4.0]]))
    >>> abs(components[:, 0]).round(6), variances.round(6)
    (array([0.6, 0.8]), array([25.,  0.]))
    """
    mean = center_fit(x)
    covariance = (x - mean).T @ (x - mean) / len(x)
    components, variances, _ = np.linalg.svd(covariance)
    return mean, components, variances


@contract(variances=not_negative("D"), share=share_of_variance)
def components_to_keep(variances: FloatArray, share: float) -> int:
    r"""Smallest C whose first C components hold at least this share of the variance.

    Parameters
    ----------
    variances : (D,)
        From `pca_fit`, in its order.
    share : float
        Such as 0.99.

    Returns
    -------
    k : int
        Between 1 and D.

    Raises
    ------
    TypeError, ValueError
        ``variances`` is no finite float array with one axis, holds a negative one, or ``share`` lies outside (0, 1].

    Examples
    --------
    >>> components_to_keep(np.array([6.0, 3.0, 1.0]), share=0.9)
    2
    """
    kept = np.cumsum(variances)
    return int(np.argmax(kept >= share * kept[-1])) + 1


@contract(x=array("N D"), mean=array("D"), components=array("D C"))
def pca_transform(x: FloatArray, mean: FloatArray, components: FloatArray) -> FloatArray:
    r"""Coordinates along the components, :math:`(x - \mu) U`: uncorrelated over the training split.

    Parameters
    ----------
    x : (N, D)
        Examples of any split.
    mean : (D,)
        From `pca_fit`.
    components : (D, C)
        From `pca_fit`, all columns or the first C.

    Returns
    -------
    z : (N, C)
        Coordinates.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, or the shapes do not fit.

    Examples
    --------
    >>> pca_transform(np.array([[4.0, 6.0]]), mean=np.array([1.0, 2.0]), components=np.array([[0.6], [0.8]]))
    array([[5.]])
    """
    return (x - mean) @ components


@contract(z=array("N C"), mean=array("D"), components=array("D C"))
def pca_reconstruct(z: FloatArray, mean: FloatArray, components: FloatArray) -> FloatArray:
    r"""Back from coordinates, :math:`z U^T + \mu`: of all points with C coordinates the one nearest to the example.

    Parameters
    ----------
    z : (N, C)
        From `pca_transform`.
    mean : (D,)
        From `pca_fit`.
    components : (D, C)
        The columns that made ``z``.

    Returns
    -------
    x : (N, D)
        Exact where C = D. The mean squared distance over the training split is the sum of the variances left out.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, or the shapes do not fit.

    Examples
    --------
    >>> pca_reconstruct(np.array([[5.0]]), mean=np.array([1.0, 2.0]), components=np.array([[0.6], [0.8]]))
    array([[4., 6.]])
    """
    return z @ components.T + mean


@contract(x=array("N D"), mean=array("D"), components=array("D C"), variances=not_negative("C"), eps=positive)
def pca_whiten(
    x: FloatArray, mean: FloatArray, components: FloatArray, variances: FloatArray, eps: float = 1e-5
) -> FloatArray:
    r"""PCA whitening, :math:`(x - \mu) U / \sqrt{S + \epsilon}`: uncorrelated coordinates of variance 1.

    Parameters
    ----------
    x : (N, D)
        Examples of any split.
    mean : (D,)
        From `pca_fit`.
    components : (D, C)
        From `pca_fit`, all columns or the first C.
    variances : (C,)
        From `pca_fit`, as many.
    eps : float
        Keeps a direction without variance, such as a constant pixel, at 0, and holds back noise in nearly constant
        ones: the variance that results is :math:`S / (S + \epsilon)`.

    Returns
    -------
    white : (N, C)
        Without unit.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, the shapes do not fit, or ``eps`` is not above 0.

    Examples
    --------
    >>> x = np.array([[0.0, 4.0], [2.0, 4.0], [0.0, 0.0], [2.0, 0.0]])
    >>> abs(pca_whiten(x, *pca_fit(x))).round(3)
    array([[1., 1.],
           [1., 1.],
           [1., 1.],
           [1., 1.]])
    """
    return (x - mean) @ components / (variances + eps) ** 0.5


@contract(x=array("N D"), mean=array("D"), components=array("D C"), variances=not_negative("C"), eps=positive)
def zca_whiten(
    x: FloatArray, mean: FloatArray, components: FloatArray, variances: FloatArray, eps: float = 1e-5
) -> FloatArray:
    r"""ZCA whitening, :math:`(x - \mu) U / \sqrt{S + \epsilon} \; U^T`: white, and as near to the examples as can be.

    It turns the whitened coordinates back into the axes of the data, so that a whitened image still looks like one.

    Parameters
    ----------
    x : (N, D)
        Examples of any split.
    mean : (D,)
        From `pca_fit`.
    components : (D, C)
        From `pca_fit`, all columns or the first C.
    variances : (C,)
        From `pca_fit`, as many.
    eps : float
        As in `pca_whiten`.

    Returns
    -------
    white : (N, D)
        Without unit.

    Raises
    ------
    TypeError, ValueError
        An argument is no finite float array, the shapes do not fit, or ``eps`` is not above 0.

    Examples
    --------
    >>> x = np.array([[0.0, 4.0], [2.0, 4.0], [0.0, 0.0], [2.0, 0.0]])
    >>> zca_whiten(x, *pca_fit(x)).round(3)
    array([[-1.,  1.],
           [ 1.,  1.],
           [-1., -1.],
           [ 1., -1.]])
    """
    return (x - mean) @ components / (variances + eps) ** 0.5 @ components.T
