"""Exercise on the gradient of an array that was broadcast."""

from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Practice, Property, Values, Violation, case

from . import references


def _new_axes(rng: Generator) -> Cases:
    for whole, shape in (((4, 3), (3,)), ((3, 3), (3,)), ((2, 4, 3), (4, 3)), ((2, 3), ())):
        yield case(f"from {whole} to {shape}", rng.normal(size=whole), shape)


def _stretched_axes(rng: Generator) -> Cases:
    for whole, shape in (((4, 3), (4, 1)), ((3, 3), (1, 3)), ((2, 4, 3), (2, 1, 1))):
        yield case(f"from {whole} to {shape}", rng.normal(size=whole), shape)


def _both(rng: Generator) -> Cases:
    for whole, shape in (((2, 4, 3), (4, 1)), ((5, 2, 4, 3), (1, 4, 1))):
        yield case(f"from {whole} to {shape}", rng.normal(size=whole), shape)
    for shape in ((4, 3), (2, 1), (1, 1)):
        yield case(f"{shape} stays {shape}", rng.normal(size=shape), shape)


def _total(call: Caller, rng: Generator) -> None:
    grad = rng.normal(size=(2, 4, 3))
    before, after = float(grad.sum()), float(call(grad, (4, 1)).sum())
    if not abs(after - before) <= 1e-9 * (1 + abs(before)):
        raise Violation(
            "the result must keep the total of `grad`, because each entry of `grad` goes to one entry of the result",
            f"the total of `grad` is {before:.4g}, and the total of your result is {after:.4g}",
        )


unbroadcast = Practice(
    references.unbroadcast,
    minutes=15,
    difficulty=3,
    covers="sign features one smallest",
    examples_rows=("Both at once, or neither",),
    checks=(
        Values("Axes that broadcasting put in front", 4, _new_axes, central=True),
        Values("Axes of length 1 that broadcasting stretched", 4, _stretched_axes, central=True),
        Values("Both at once, or neither", 3, _both, central=True),
        Property("The total of all entries stays the same", 1, _total),
    ),
    slips="""
        stretched axes removed
            keepdims=True → keepdims=False
            you sum over the stretched axes and lose them, so the shape (4, 1) becomes (4,). Pass `keepdims=True` there.
        only the axes in front
            grad = grad.sum(axis=stretched, keepdims=True) → pass
            you sum over the axes that broadcasting put in front, but not over those of length 1 that it stretched. Sum
            over the stretched axes as well.
        only the stretched axes
            range(grad.ndim - len(shape)) → range(0)
            you do not sum over the axes that broadcasting put in front. Sum over them as well, because a result of
            shape (4, 3) uses an array of shape (3,) in each of its 4 rows.
        axes at the end
            range(grad.ndim - len(shape)) → range(len(shape), grad.ndim)
            you sum over the last axes. Sum over the first ones, because broadcasting aligns shapes at the end and adds
            axes in *front*.
        mean over the stretched axes
            grad.sum(axis=stretched → grad.mean(axis=stretched
            you average over the stretched axes. Take the sum, because each copy adds its own gradient.
        mean over the axes in front
            grad.sum(axis=tuple → grad.mean(axis=tuple
            you average over the leading axes. Take the sum, because each copy adds its own gradient.
        mean everywhere
            grad.sum(axis=tuple → grad.mean(axis=tuple
            grad.sum(axis=stretched → grad.mean(axis=stretched
            you average over the axes that broadcasting added or stretched. Take the sum, because each copy adds its own
            gradient.
        first copy
            grad = grad.sum(axis=tuple(range(grad.ndim - len(shape)))) → grad = grad[(0,) * (grad.ndim - len(shape))]
            grad.sum(axis=stretched, keepdims=True) → grad[tuple(slice(0, n) for n in shape)]
            you keep the gradient of the first copy and drop the others. Sum over all copies.
        one total for all
            grad = grad.sum(axis=tuple(range(grad.ndim - len(shape)))) → grad = np.full(shape, grad.sum())
            you fill the result with the sum over all axes. Sum only over the axes that broadcasting added or stretched.
    """,
)
