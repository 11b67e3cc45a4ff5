"""An exercise on mean subtraction, for tables and for images."""

from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Property, Values, case
from cs231n_lib.functions import preprocessing

from . import references
from .draws import away_from_0, honest, parts


def _tables(rng: Generator) -> Cases:
    yield case("7 and 4 examples of 3 features", *parts(rng))
    yield case("3 and 5 examples of 3 features", *parts(rng, 3, 5))


def _images(rng: Generator) -> Cases:
    for pixels in ((4, 4), (2, 3, 3)):
        train, test = rng.uniform(0, 1, (4, *pixels)), rng.uniform(1, 2, (3, *pixels))
        yield case(f"images of shape {pixels}", train, test)


def _one_test_row(rng: Generator) -> Cases:
    train, test = parts(rng, m=1)
    yield case("a test part of one row", train, test + away_from_0(rng, 3))


subtract_mean = Exercise(
    references.subtract_mean,
    points=4,
    minutes=5,
    difficulty=1,
    covers="sign features one",
    importance="core",
    forbidden=(preprocessing.center_fit, preprocessing.center_transform),
    checks=(
        Values("Tables", 3, _tables, central=True),
        Values("Images and their mean image", 2, _images, central=True),
        Values("A single test row", 1, _one_test_row),
        Property("Nothing learned from the test part", 2, honest),
    ),
    slips="""
        mean of all data
            train.mean(axis=0) → np.concatenate([train, test]).mean(axis=0)
            you take the mean over both parts, so the test part leaks into training. Take the mean of `train` alone.
        the test part's own mean
            test - mean → test - test.mean(axis=0)
            you subtract the test part's own mean from it, so a row depends on the other test rows. Subtract
            the mean of the *training* part from both parts.
        mean of the test part
            train.mean(axis=0) → test.mean(axis=0)
            you take the mean of the test part, from which nothing may be learned. Take the mean of `train`.
        test part left as it is
            test - mean → test
            your test part stays as it is, except for rounding. Subtract from both parts the mean of the original
            training part, and compute this mean before you change `train`.
        one number for all
            train.mean(axis=0) → train.mean()
            you use one mean for all features. Compute a mean for each feature with `axis=0`.
        mean of each example
            train.mean(axis=0) → train.mean(axis=1, keepdims=True)
            test - mean → test - test.mean(axis=1, keepdims=True)
            you subtract from each example its own mean. Compute a mean for each feature over the examples, `axis=0`.
        sum for mean
            train.mean(axis=0) → train.sum(axis=0)
            you subtract the sum over the examples. Divide it by their number, or call `mean`.
        mean added
            train - mean → train + mean
            test - mean → test + mean
            you add the mean. Subtract it, so that the data are centred on 0.
        sign exchanged
            train - mean → mean - train
            test - mean → mean - test
            you compute the mean minus the data. Compute the data minus the mean.
        only the training part
            return train - mean, test - mean → return train - mean
            you return only the training part. Return both, `train - mean, test - mean`.
        parts exchanged
            train - mean, test - mean → test - mean, train - mean
            you return the two parts in the wrong order. Return (train, test).
        flat mean of images
            train.mean(axis=0) → train.reshape(len(train), -1).mean(axis=0)
            your mean is a flat row, which does not fit the shape of the images. Use `train.mean(axis=0)`, which keeps
            the shape of one image.
        flat images returned
            train - mean, → (train - mean).reshape(len(train), -1),
            test - mean → (test - mean).reshape(len(test), -1)
            you return each image as a flat row. Return arrays of the shapes of `train` and `test`, as `train -
            train.mean(axis=0)` does without any reshaping.
        arguments changed
            return train - mean, test - mean → train -= mean ⏎ test -= mean ⏎ return train, test
            the values are right, but you change the caller's arrays in place, as `-=` does. Make new arrays.
        over all axes but the last
            train.mean(axis=0) → train.mean(axis=tuple(range(train.ndim - 1)))
            you average over pixels too, along all axes but the last. Average over the examples alone with `axis=0`, so
            that the mean has the shape of one image.
        over all axes but the second
            train.mean(axis=0) → train.mean(axis=(0, *range(2, train.ndim)), keepdims=True)[0]
            you subtract one number from a whole row or channel of pixels. Average over the examples alone with
            `axis=0`, so that the mean has the shape of one image.
        median
            train.mean(axis=0) → np.median(train, axis=0)
            you subtract the median. Subtract the mean.
        divisor one less
            train.mean(axis=0) → train.sum(axis=0) / (len(train) - 1)
            you divide the sum by N − 1. Divide it by N.
    """,
)
