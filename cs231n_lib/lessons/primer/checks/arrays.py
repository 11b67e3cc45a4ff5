"""Exercises on axes, broadcasting, indexing and copies."""

from numpy.random import Generator

from cs231n_lib.checks import Cases, Practice, Values, case

from . import references


def _tables(rng: Generator) -> Cases:
    for shape in ((4, 3), (2, 5)):
        yield case(f"shape {shape}", rng.uniform(1, 9, shape))


centre_rows = Practice(
    references.centre_rows,
    minutes=3,
    difficulty=1,
    covers="features",
    checks=(
        Values("Tall and wide arrays", 3.25, _tables),
        Values("Square arrays", 0.75, lambda rng: [case("shape (3, 3)", rng.uniform(1, 9, (3, 3)))]),
    ),
    slips="""
        columns centred
            axis=1 → axis=0
            you subtract the mean of each *column*. Take the mean of each row, along axis 1.
        one mean for the whole array
            x.mean(axis=1, keepdims=True) → x.mean()
            you subtract the mean of all entries. Subtract from each row the mean of its own entries.
        means without their axis
            axis=1, keepdims=True → axis=1
            your means have shape `(N,)`, so NumPy aligns them with the columns. Keep the axis with `keepdims=True`.
    """,
)


def _unequal_lengths(rng: Generator) -> Cases:
    yield case("3 and 4 entries", rng.uniform(5, 9, 3), rng.uniform(1, 4, 4))
    yield case("4 and 2 entries", rng.uniform(5, 9, 4), rng.uniform(1, 4, 2))


difference_table = Practice(
    references.difference_table,
    minutes=3,
    difficulty=2,
    covers="sorted",
    checks=(
        Values("Different lengths", 3.25, _unequal_lengths),
        Values(
            "Equal lengths", 0.75, lambda rng: [case("3 and 3 entries", rng.uniform(5, 9, 3), rng.uniform(1, 4, 3))]
        ),
    ),
    slips="""
        sign
            a[:, None] - b → b - a[:, None]
            you subtract the entries of `a` from those of `b`. Subtract the entries of `b` from those of `a`.
        rows and columns swapped
            a[:, None] - b → a - b[:, None]
            your rows belong to `b`. Make `a` the column, so that each row belongs to an entry of `a`.
    """,
)


def _labelled(rng: Generator) -> Cases:
    for n, k in ((5, 3), (4, 6)):
        scores = rng.permuted(rng.uniform(1, 9, (n, k)), axis=1)
        y = rng.integers(0, k, n)
        y[0] = scores[0].argmin()
        yield case(f"{n} examples, {k} classes", scores, y)


scores_of_labels = Practice(
    references.scores_of_labels,
    minutes=3,
    difficulty=2,
    covers="repeated",
    checks=(Values("One score per example", 1, _labelled),),
    slips="""
        whole columns
            scores[np.arange(len(y)), y] → scores[:, y]
            you select *every* row for each label with `:`. Pair each label with the number of its own row.
        the largest score
            scores[np.arange(len(y)), y] → scores.max(axis=1)
            you take the largest score of each row. Take the score at the label, however small it is.
    """,
)


def _either_sign(rng: Generator) -> Cases:
    for shape in ((6,), (3, 4)):
        x = rng.uniform(1, 9, shape) * rng.choice([-1, 1], shape)
        x.flat[:2] = -3.0, 3.0
        yield case(f"shape {shape}", x)


without_negatives = Practice(
    references.without_negatives,
    minutes=3,
    difficulty=2,
    covers="sign",
    checks=(Values("Entries of either sign", 1, _either_sign),),
    slips="""
        no copy
            x.copy() → x
            you give `x` a second name, so the caller's array changes too. Work on `x.copy()`.
        the positive entries
            out < 0 → out > 0
            you replace the positive entries. Select the entries that are *below* 0.
        signs removed
            out[out < 0] = 0 → out = np.abs(out)
            you make the negative entries positive. Set them to 0.
    """,
)
