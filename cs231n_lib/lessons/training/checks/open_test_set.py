"""An exercise on opening a test set once."""

from collections.abc import Callable, Iterator
from typing import Any

from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Property, Values, Wrong, case

from . import references


def _measured(rng: Generator) -> Callable[[], float]:
    accuracy = float(rng.uniform(0.6, 0.8))

    def measure() -> float:
        return accuracy

    return measure


def _record(rng: Generator, asked: int) -> dict[str, float]:
    return {"accuracy": float(rng.uniform(0.81, 0.9)), "asked": asked}


def _first(rng: Generator) -> Iterator[Case]:
    for name in ("nothing was asked before", "by another network"):
        yield case(name, {}, _measured(rng))


def _later(rng: Generator) -> Iterator[Case]:
    yield case("asked once before", _record(rng, 1), _measured(rng))
    yield case("asked four times before", _record(rng, 4), _measured(rng))
    yield case("an accuracy of 0", {"accuracy": 0.0, "asked": 2}, _measured(rng))


def _closed(call: Callable[..., Any], rng: Generator) -> None:
    opened = []

    def measure() -> float:
        opened.append(1)
        return 0.9

    call(_record(rng, 2), measure)
    if opened:
        raise Wrong(
            "the test set is opened again: when there is an accuracy in the record, `measure` must not be called"
        )
    call({}, measure)
    if len(opened) != 1:
        raise Wrong("the first time the test set is opened once", f"`measure` was called {len(opened)} times")


open_test_set = Exercise(
    references.open_test_set,
    points=4,
    minutes=6,
    difficulty=1,
    checks=(
        Values("The first time", 1, _first),
        Values("Later", 1, _later),
        Property("Opened the first time, and never again", 1, _closed),
    ),
    slips="""
        opened each time
            {"accuracy": record["accuracy"], → {"accuracy": measure(),
            the test set is opened every time. From the second time on return the accuracy that is in the record.
        an accuracy of 0 for none
            if "accuracy" in record: → if record.get("accuracy"):
            an accuracy of 0 counts as none here, and the test set is opened again: ask whether it is *in* the record.
        the better of two
            {"accuracy": record["accuracy"], → {"accuracy": max(record["accuracy"], measure()),
            this keeps the better of two looks, which is just what a test set must not be used for.
        not counted
            record["asked"] + 1 → record["asked"]
            the later times are not counted: add 1 to "asked".
        looked at first
            if "accuracy" in record: → accuracy = measure() ⏎ if "accuracy" in record:
            {"accuracy": measure(), "asked": 1} → {"accuracy": accuracy, "asked": 1}
            `measure` is called before the record is looked at, so the test set is opened each time.
        counted from 0
            {"accuracy": measure(), "asked": 1} → {"accuracy": measure(), "asked": 0}
            the first time counts as well: "asked" is 1 then.
        counted from 1 again
            record["asked"] + 1} → 2}
            the count is always 2. Add 1 to the one in the record.
        record changed
            return {"accuracy": record["accuracy"], "asked": record["asked"] + 1} → record["asked"] += 1 ⏎ return record
            return {"accuracy": measure(), "asked": 1} → record.update(accuracy=measure(), asked=1) ⏎ return record
            the values are right, but the record that you were given is changed. Return a new one.
    """,
)
