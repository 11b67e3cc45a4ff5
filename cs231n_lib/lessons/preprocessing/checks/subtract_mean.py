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
        yield case(f"pictures of shape {pixels}", train, test)


def _one_test_row(rng: Generator) -> Cases:
    train, test = parts(rng, m=1)
    yield case("a test part of one row", train, test + away_from_0(rng, 3))


subtract_mean = Exercise(
    references.subtract_mean,
    points=4,
    minutes=5,
    difficulty=1,
    importance="core",
    forbidden=(preprocessing.center_fit, preprocessing.center_transform),
    checks=(
        Values("Tables", 3, _tables),
        Values("Pictures: the mean image", 2, _images),
        Values("A single test row", 1, _one_test_row),
        Property("Nothing learned from the test part", 2, honest),
    ),
    slips="""
        mean of all data
            train.mean(axis=0) → np.concatenate([train, test]).mean(axis=0)
            the mean is taken over both parts: the test part leaks into training. Take that of `train` alone.
        the test part's own mean
            test - mean → test - test.mean(axis=0)
            the test part loses its own mean, so a row depends on its company and the two parts no longer lie on one
            scale. Subtract the *training* part's mean from both.
        mean of the test part
            train.mean(axis=0) → test.mean(axis=0)
            the mean is that of the test part, from which nothing may be learned. Take that of `train`.
        test part left as it is
            test - mean → test
            the test part is left where it was: what is done to training examples is done to all others, too.
        one number for all
            train.mean(axis=0) → train.mean()
            this is one mean for everything: each feature has its own, over `axis=0`.
        mean of each example
            train.mean(axis=0) → train.mean(axis=1, keepdims=True)
            test - mean → test - test.mean(axis=1, keepdims=True)
            each example loses its own mean. The mean goes over the examples, `axis=0`: one for each feature.
        sum for mean
            train.mean(axis=0) → train.sum(axis=0)
            this is the sum over the examples: divide it by their number, or call `mean`.
        mean added
            train - mean → train + mean
            test - mean → test + mean
            the mean is added: subtract it, so that it lies at 0.
        sign exchanged
            train - mean → mean - train
            test - mean → mean - test
            this is the mean less the data, so the cloud is turned around: data less mean is asked.
        only the training part
            return train - mean, test - mean → return train - mean
            only the training part is returned. Return both: `train - mean, test - mean`.
        parts exchanged
            train - mean, test - mean → test - mean, train - mean
            the two parts come back in the other order: (train, test) is asked.
        flat mean of pictures
            train.mean(axis=0) → train.reshape(len(train), -1).mean(axis=0)
            the mean of pictures comes out flat: `train.mean(axis=0)` keeps the shape of one picture.
        arguments changed
            return train - mean, test - mean → train -= mean ⏎ test -= mean ⏎ return train, test
            the values are right, but `-=` writes into the caller's arrays. Make new ones: `train - mean`.
        median
            train.mean(axis=0) → np.median(train, axis=0)
            this is the median: the mean is asked.
        divisor one less
            train.mean(axis=0) → train.sum(axis=0) / (len(train) - 1)
            a mean divides by N. (It is the variance that some divide by N − 1.)
    """,
)
