"""What a backward pass is compared with: JAX's vector-Jacobian product in float64, and central differences."""

import jax
import numpy as np

from cs231n_lib.functions.gradients import numerical_vjp

jax.config.update("jax_enable_x64", True)


def assert_backward(forward, jax_forward, backward, arguments, dout):
    """``backward()`` against both; the gradients of all ``arguments``, in their order.

    Errors are relative to the largest entry of a gradient: entries that nearly cancel have no digits of their own.
    """
    found = backward()
    found = found if isinstance(found, tuple) else (found,)
    output, vjp = jax.vjp(jax_forward, *arguments)
    np.testing.assert_allclose(forward(*arguments), output, rtol=1e-12, atol=1e-14)
    expected = vjp(dout)
    assert len(found) == len(expected) == len(arguments)
    for i, (ours, peer) in enumerate(zip(found, expected, strict=True)):
        assert ours.shape == peer.shape
        scale = np.abs(peer).max()
        np.testing.assert_allclose(ours, peer, rtol=0, atol=1e-9 * scale)

        def vary(argument, i=i):
            return forward(*arguments[:i], argument, *arguments[i + 1 :])

        # Central differences with h = 1e-5 are good to about 1e-10 of the function's own size.
        np.testing.assert_allclose(ours, numerical_vjp(vary, arguments[i], dout), rtol=0, atol=1e-7 * scale)
