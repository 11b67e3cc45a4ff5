r"""Principal components and whitening, fitted on the training split; `cs231n_lib.preprocessing` offers them too."""

import numpy as np

from cs231n_lib.contracts import FloatArray, array, contract, number, positive

share_of_variance = number("a share of the variance in (0, 1]", lambda v: 0 < v <= 1)


@contract(x=array("N D"))
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
        ``x`` is no finite float array with two axes, or is empty.

    References
    ----------
    CS231n notes, "Neural networks part 2: PCA and whitening"; so for all of this module.

    Examples
    --------
    >>> mean, components, variances = pca_fit(np.array([[3.0, 4.0], [-3.0, -4.0]]))
    >>> abs(components[:, 0]).round(6), variances.round(6)
    (array([0.6, 0.8]), array([25.,  0.]))
    """
    mean = x.mean(axis=0)
    covariance = (x - mean).T @ (x - mean) / len(x)
    components, variances, _ = np.linalg.svd(covariance)
    return mean, components, variances


@contract(variances=array("D"), share=share_of_variance)
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
        ``variances`` is no finite float array with one axis, or ``share`` lies outside (0, 1].

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


@contract(x=array("N D"), mean=array("D"), components=array("D C"), variances=array("C"), eps=positive)
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


@contract(x=array("N D"), mean=array("D"), components=array("D C"), variances=array("C"), eps=positive)
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
