"""Exercises on derivatives, matrix products and the standard error."""

from numpy.random import Generator

from cs231n_lib.checks import Cases, Practice, Values, case

from . import references


def _points(rng: Generator) -> Cases:
    for label, signs in (("positive entries", [1, 1]), ("entries of either sign", [1, -1])):
        yield case(label, rng.uniform(1, 3, 2) * signs)


partial_derivatives = Practice(
    references.partial_derivatives,
    minutes=3,
    difficulty=2,
    covers="sign",
    checks=(Values("Both partial derivatives", 1, _points),),
    slips="""
        product left out
            2 * x[0] + 3 * x[1] → 2 * x[0]
            your first entry treats 3 x₀ x₁ as a constant. Add 3 x₁, because the product depends on x₀ too.
        entries swapped
            2 * x[0] + 3 * x[1], 3 * x[0] → 3 * x[0], 2 * x[0] + 3 * x[1]
            both slopes are right, but you return them in the wrong order. Put the slope for x₀ first.
    """,
)


def _lines(rng: Generator) -> Cases:
    for label, sign in (("prediction above y", -1), ("prediction below y", 1)):
        w, x = rng.uniform(2, 4, 2)
        yield case(label, float(w), float(x), float(w * x + sign * rng.uniform(1, 2)))


squared_error_slope = Practice(
    references.squared_error_slope,
    minutes=3,
    difficulty=2,
    checks=(Values("Slope of the squared error", 1, _lines),),
    slips="""
        inner derivative forgotten
            (w * x - y) * x → (w * x - y)
            you take the derivative of the square alone. Multiply it by the derivative of the bracket.
        factor 2 forgotten
            2 * (w * x - y) → (w * x - y)
            you leave out the factor 2. Multiply by 2, because the derivative of r² is 2r.
    """,
)


def _unequal_shapes(rng: Generator) -> Cases:
    for n, d, m in ((5, 3, 2), (4, 2, 3)):
        yield case(f"({n}, {d}) and ({n}, {m})", rng.normal(size=(n, d)), rng.normal(size=(n, m)))


def _square_shapes(rng: Generator) -> Cases:
    yield case("(3, 3) and (3, 3)", rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))


summed_products = Practice(
    references.summed_products,
    minutes=3,
    difficulty=2,
    covers="sign",
    checks=(
        Values("Different numbers of columns", 3.25, _unequal_shapes),
        Values("Square arrays", 0.75, _square_shapes),
    ),
    slips="""
        result transposed
            a.T @ b → b.T @ a
            your result has shape (M, D). Exchange the two factors, so that the columns of `a` give the rows.
        mean of the products
            a.T @ b → a.T @ b / len(a)
            you divide the sum by the number of rows. Return the sum itself.
        not transposed
            a.T @ b → a @ b
            you sum over the *columns* of `a` with `a @ b`. Transpose `a`, so that the sum runs over the rows.
    """,
)


def _samples(rng: Generator) -> Cases:
    for n in (5, 12):
        yield case(f"{n} numbers", rng.uniform(70, 90, n))


standard_error = Practice(
    references.standard_error,
    minutes=4,
    difficulty=2,
    covers="sorted",
    checks=(Values("Standard error of the mean", 1, _samples),),
    slips="""
        standard deviation
            x.std(ddof=1) / np.sqrt(len(x)) → x.std(ddof=1)
            you return the standard deviation of the numbers. Divide it by √N to get the standard error of their mean.
        divided by N
            np.sqrt(len(x)) → len(x)
            you divide by N. Divide by √N, because the standard error is proportional to 1/√N.
        population formula
            ddof=1 → ddof=0
            your standard deviation divides the sum of squares by N. Divide by N − 1 with `ddof=1`.
    """,
)
