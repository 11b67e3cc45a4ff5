"""Exercises on the standard error of accuracies, the confusion matrix, and opening a test set once."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.functions import metrics

from . import references


def _answers(rng: Generator, both: int, only_a: int, only_b: int, neither: int, label: str) -> Case:
    """Answers of two networks, shuffled, with these numbers of images on which both, one alone or neither is right."""
    right = np.repeat([[True, True], [True, False], [False, True], [False, False]], [both, only_a, only_b, neither], 0)
    right_a, right_b = rng.permutation(right).T.copy()
    return case(label, right_a, right_b)


def _pairs(rng: Generator) -> Cases:
    for only_a, only_b, better in ((14, 4, "a"), (2, 6, "b")):
        both, neither = (int(number) for number in rng.integers((10, 5), (30, 10)))
        label = f"{both + only_a + only_b + neither} images, {better} is better"
        yield _answers(rng, both, only_a, only_b, neither, label)


def _equal(rng: Generator) -> Cases:
    n = int(rng.integers(20, 40))
    right = rng.permutation(np.arange(n) < 0.7 * n)
    yield case("the same answers", right, right.copy())
    yield case("right equally often, on other images", right, np.roll(right, 1))


accuracy_error = Exercise(
    references.accuracy_error,
    points=4,
    minutes=10,
    difficulty=2,
    importance="core",
    checks=(
        Values("Two networks that differ", 3.25, _pairs),
        Values("Networks that are equally good", 0.75, _equal),
    ),
    slips="""
        root left out
            np.sqrt(accuracy * (1 - accuracy) / n) → accuracy * (1 - accuracy) / n
            your first value is the variance of the accuracy. Take its square root.
        deviation of one image
            np.sqrt(accuracy * (1 - accuracy) / n) → np.sqrt(accuracy * (1 - accuracy))
            np.std(better) / np.sqrt(n) → np.std(better)
            your first and third values are standard deviations for a single image. Divide each by √N for a mean of N
            images.
        deviation of one answer of a
            np.sqrt(accuracy * (1 - accuracy) / n) → np.sqrt(accuracy * (1 - accuracy))
            your first value is the standard deviation of one image. Divide it by √N for a mean of N images.
        deviation of one difference
            np.std(better) / np.sqrt(n) → np.std(better)
            your third value is the standard deviation of one difference. Divide it by √N for a mean of N.
        twice the errors
            return error, difference, difference_error → return 2 * error, difference, 2 * difference_error
            you double both standard errors. Return them as they are.
        n outside both roots
            np.sqrt(accuracy * (1 - accuracy) / n) → np.sqrt(accuracy * (1 - accuracy)) / n
            np.std(better) / np.sqrt(n) → np.std(better) / n
            you divide both standard deviations by N. Divide them by √N.
        n outside the root
            np.sqrt(accuracy * (1 - accuracy) / n) → np.sqrt(accuracy * (1 - accuracy)) / n
            your first value is the standard deviation of one image, divided by N. Divide by √N instead.
        n outside the root for the difference
            np.std(better) / np.sqrt(n) → np.std(better) / n
            you divide the standard deviation of the differences by N. Divide it by √N.
        factor 1 − p left out
            accuracy * (1 - accuracy) → accuracy
            your code lacks the factor 1 − accuracy. Use p(1 − p), the variance of one answer that is right with
            probability p.
        accuracy taken as ½
            np.sqrt(accuracy * (1 - accuracy) / n) → np.sqrt(0.25 / n)
            your first value is the standard error at an accuracy of ½, which is the largest possible. Use √(p(1 −
            p)/N), where p is the accuracy of a.
        divided by N − 1
            np.std(better) / np.sqrt(n) → np.std(better, ddof=1) / np.sqrt(n)
            you divide by N − 1 in your third value. Divide by N in the standard deviation, as `np.std` does by default,
            and then by √N.
        both divided by N − 1
            accuracy * (1 - accuracy) / n → accuracy * (1 - accuracy) / (n - 1)
            np.std(better) → np.std(better, ddof=1)
            both of your standard errors contain N − 1, as with `ddof=1`. Divide by N in the standard deviations, as
            `np.std` does by default, and then by √N.
        bytes that wrap
            right_a.astype(float) - right_b.astype(float) → right_a.astype(np.uint8) - right_b.astype(np.uint8)
            you subtract unsigned bytes, in which 0 − 1 is 255. Convert to `float` or `int` first.
        as if on other images
            np.std(better) / np.sqrt(n) → np.sqrt(error**2 + np.var(right_b) / n)
            your third value is the standard error for *different* images. Both networks classify the same images, so
            take the standard deviation of the differences, image by image, and divide it by √N.
        errors added
            np.std(better) / np.sqrt(n) → error + np.sqrt(np.var(right_b) / n)
            you add two standard errors. Take the standard deviation of the differences, image by image, and divide it
            by √N.
        b minus a
            right_a.astype(float) - right_b.astype(float) → right_b.astype(float) - right_a.astype(float)
            your difference has the wrong sign. Compute a minus b.
        absolute value of the difference
            difference = np.mean(better) → difference = abs(np.mean(better))
            your difference has lost its sign. Let it be negative if b is better.
        where they differ
            right_a.astype(float) - right_b.astype(float) → (right_a ^ right_b).astype(float)
            you count the images on which the networks differ, whichever of them is right. Use 1 if only a is right and
            −1 if only b is.
        error of b
            accuracy = np.mean(right_a) → accuracy = np.mean(right_b)
            your first value is the standard error of network *b*. Return that of a.
        per cent
            return error, difference, difference_error → return 100 * error, 100 * difference, 100 * difference_error
            you return percentages. Return fractions between 0 and 1.
    """,
)


def _labels(rng: Generator) -> Cases:
    for n, classes in ((60, 4), (2000, 3)):  # more in one place than a byte can count
        y = np.concatenate([rng.integers(0, classes, n), np.zeros(7, np.int64)])
        y_pred = np.where(rng.random(len(y)) < 0.6, y, rng.integers(0, classes, len(y)))
        y_pred[:4], y[:4] = 1, 0
        yield case(f"{len(y)} examples of {classes} classes", y_pred, y, classes)


def _missing(rng: Generator) -> Cases:
    y = np.concatenate([np.array([0, 0, 1]), rng.integers(0, 3, 12)])
    yield case("classes that do not occur and are never predicted", np.roll(y, 1), y, 6)
    yield case("a single example", np.array([2]), np.array([0]), 3)


confusion_matrix = Exercise(
    metrics.confusion_matrix,
    points=4,
    minutes=6,
    difficulty=2,
    covers="one above-99 repeated",
    checks=(
        Values("Several classes", 3.25, _labels),
        Values("Classes that are missing; a single example", 0.75, _missing),
    ),
    slips="""
        transposed
            (y, y_pred), 1) → (y_pred, y), 1)
            you exchanged rows and columns. Use the true class as the row and the predicted one as the column.
        counted once
            np.add.at(matrix, (y, y_pred), 1) → matrix[y, y_pred] += 1
            you count each pair of classes at most once, as `+=` at index arrays, a product of boolean arrays and a
            `set` of pairs do. Add 1 for every example, with `np.add.at`, with a loop over all examples, or with a
            product of integer arrays.
        ends at the largest label
            np.zeros((classes, classes), → np.zeros((max(y.max(), y_pred.max()) + 1,) * 2,
            your matrix ends at the largest class that *occurs*. Make it `classes` by `classes`.
        proportions
            return matrix → return matrix / matrix.sum()
            you return proportions. Return counts as whole numbers.
        proportions of a row
            return matrix → return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
            you divide each row by its sum. Return counts as whole numbers.
        counts of the wrong dtype
            dtype=np.int64 → dtype=float
            your numbers are right but have the wrong dtype (see the row). Count in whole numbers, `dtype=np.int64`.
        right ones left out
            return matrix → return matrix - np.diag(np.diag(matrix))
            your diagonal contains only zeros. Count the correct predictions there too.
        right ones alone
            np.add.at(matrix, (y, y_pred), 1) → np.add.at(matrix, (y[y == y_pred], y[y == y_pred]), 1)
            you count only right predictions. Count the mistakes off the diagonal too.
        a list for each class
            return matrix → return [list(row) for row in matrix]
            the numbers are right but come as lists. Return an array.
    """,
)


def _measured(rng: Generator) -> Callable[[], float]:
    accuracy = float(rng.uniform(0.6, 0.8))

    def measure() -> float:
        return accuracy

    return measure


def _record(rng: Generator, asked: int) -> dict[str, float]:
    return {"accuracy": float(rng.uniform(0.81, 0.9)), "asked": asked}


def _first(rng: Generator) -> Cases:
    for name in ("nothing was asked before", "by another network"):
        yield case(name, {}, _measured(rng))


def _later(rng: Generator) -> Cases:
    yield case("asked once before", _record(rng, 1), _measured(rng))
    yield case("asked four times before", _record(rng, 4), _measured(rng))
    yield case("an accuracy of 0", {"accuracy": 0.0, "asked": 2}, _measured(rng))


def _closed(call: Function, rng: Generator) -> None:
    opened = []

    def measure() -> float:
        opened.append(1)
        return 0.9

    call(_record(rng, 2), measure)
    if opened:
        raise Violation("the test set is opened again. If the record holds an accuracy, do not call `measure`")
    call({}, measure)
    if len(opened) != 1:
        raise Violation("the first time the test set must be opened once", f"`measure` was called {len(opened)} times")


open_test_set = Exercise(
    references.open_test_set,
    points=4,
    minutes=6,
    difficulty=1,
    examples_rows=("The first time", "Later"),
    checks=(
        Values("The first time", 2.2, _first, central=True),
        Values("Later", 1.2, _later),
        Property("Opened the first time, and never again", 2.6, _closed, central=True),
    ),
    slips="""
        opened each time
            {"accuracy": record["accuracy"], → {"accuracy": measure(),
            you open the test set every time. From the second time on, return the accuracy in the record.
        an accuracy of 0 for none
            if "accuracy" in record: → if record.get("accuracy"):
            you treat an accuracy of 0 as none, so the test set is opened again. Check whether "accuracy" is *in*
            the record.
        the better of two
            {"accuracy": record["accuracy"], → {"accuracy": max(record["accuracy"], measure()),
            you keep the better of two results, so you use the test set to choose. Return the first accuracy.
        not counted
            record["asked"] + 1 → record["asked"]
            you do not count later requests. Return "asked" increased by 1.
        measured before the record is read
            if "accuracy" in record: → accuracy = measure() ⏎ if "accuracy" in record:
            {"accuracy": measure(), "asked": 1} → {"accuracy": accuracy, "asked": 1}
            your code calls `measure` even if the record holds an accuracy, so the test set is opened each time. Call it
            only in a branch for an empty record, and not as the default of `get`, which is always computed.
        measure stored
            measure() → measure
            you store the function `measure` itself. Call it, `measure()`, and store the accuracy that it returns.
        counted from 0
            {"accuracy": measure(), "asked": 1} → {"accuracy": measure(), "asked": 0}
            you do not count the first request. Set "asked" to 1 then.
        counted from 1 again
            record["asked"] + 1} → 2}
            from the second time on, your count is always 2. Return the count in the record increased by 1.
        record changed
            return {"accuracy": record["accuracy"], "asked": record["asked"] + 1} → record["asked"] += 1 ⏎ return record
            return {"accuracy": measure(), "asked": 1} → record.update(accuracy=measure(), asked=1) ⏎ return record
            the values are right, but you change the record that you received. Return a new one.
    """,
)
