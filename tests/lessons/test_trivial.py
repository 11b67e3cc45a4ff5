"""Answers that nobody has thought about earn next to nothing, and right ones that change their arguments lose a row."""

import copy
from collections.abc import Callable
from dataclasses import replace
from inspect import signature
from typing import Any

import numpy as np
import pytest
from checks.answer_keys import shared_answer_keys
from lessons.battery import CHECKS, TRIED, answers

from cs231n_lib.checks import Property
from cs231n_lib.checks.declare import ADDED_ROW_TITLES, RowKind

MOST = 0.15
"""The share of an exercise's points that no trivial answer may exceed."""

Answer = Callable[..., Any]


def filled(value: Any, fill: Callable[[Any], Any]) -> Any:
    """A right result with other numbers: ``fill(array)`` for each array or number in it."""
    if isinstance(value, dict):
        return {key: filled(v, fill) for key, v in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(filled(v, fill) for v in value)
    if not isinstance(value, np.ndarray | np.generic | int | float):
        return value
    array = np.asarray(value)
    new = np.asarray(fill(array)).astype(array.dtype)
    return new if isinstance(value, np.ndarray) else new[()] if isinstance(value, np.generic) else type(value)(new)


def of_right_form(fill: Callable[[Any], Any]) -> Callable[[Answer], Answer]:
    def made(right: Answer) -> Answer:
        return lambda *args, **kwargs: filled(listed(right(*args, **kwargs)), fill)

    return made


def listed(result: Any) -> Any:
    """Batches, which a generator hands out one by one, as the list of them."""
    return list(result) if hasattr(result, "send") else result


def first_for_all(right: Answer) -> Answer:
    first: list[Any] = []

    def made(*args: Any, **kwargs: Any) -> Any:
        if not first:
            first.append(listed(right(*args, **kwargs)))
        return copy.deepcopy(first[0])

    return made


def as_many_arguments(right: Answer) -> Answer:
    """As many of the arguments as results are asked, in their order."""

    def made(*args: Any, **kwargs: Any) -> Any:
        result, given = listed(right(*copy.deepcopy(args), **copy.deepcopy(kwargs))), (*args, *kwargs.values())
        if isinstance(result, dict):
            return dict.fromkeys(result, given[0])
        return given[: len(result)] if isinstance(result, tuple) else given[0]

    return made


def noise(right: Answer) -> Answer:
    """Random numbers, the same whatever other tests draw."""
    rng = np.random.default_rng(0)
    draw = of_right_form(lambda a: rng.normal(size=a.shape) if a.dtype.kind == "f" else rng.integers(0, 3, a.shape))
    return draw(right)


TRIVIAL: dict[str, Callable[[Answer], Answer]] = {
    "zeros": of_right_form(np.zeros_like),
    "ones": of_right_form(np.ones_like),
    "noise": noise,
    "None": lambda _: lambda *args, **kwargs: None,
    "the first argument": lambda _: lambda *args, **kwargs: args[0],
    "all arguments": lambda _: lambda *args, **kwargs: (*args, *kwargs.values()),
    "as many arguments as results": as_many_arguments,
    "the first case's answer": first_for_all,
}


def right_answer(slug: str, name: str) -> Answer:
    """One that may be called: the reference may not."""
    return answers(slug, "ALTERNATIVES")[name][0]


@pytest.mark.slow
@TRIED
@shared_answer_keys()
def test_no_trivial_answer_earns_more_than_a_little(slug, name):
    check = replace(CHECKS[slug][name], mistakes=())
    right = right_answer(slug, name)
    assert check(right, where=False).passed
    points = {kind: check(made(right), where=False).points for kind, made in TRIVIAL.items()}
    if not signature(check.reference).parameters:
        del points["the first case's answer"]  # without arguments that is the right answer
    refused = {kind: p for kind, p in points.items() if p > MOST * check.points}
    assert not refused, f"{name} gives points to answers that compute nothing. Add cases with other results: {refused}"


def spoil(argument: Any) -> bool:
    """Change it in place, if that can be done."""
    if isinstance(argument, np.ndarray) and argument.size:
        argument[...] = ~argument if argument.dtype == bool else argument + 1
        return True
    if isinstance(argument, dict | list):
        inner = argument.values() if isinstance(argument, dict) else argument
        if any([spoil(a) for a in inner]):
            return True
        if isinstance(argument, list):
            argument.append(None)
        else:
            argument["spoiled"] = None
        return True
    return isinstance(argument, tuple) and any([spoil(a) for a in argument])


@pytest.mark.slow
@TRIED
def test_changing_arguments_loses_only_the_purity_row(slug, name):
    check, right, spoiled = replace(CHECKS[slug][name], mistakes=()), right_answer(slug, name), []

    def spoiling(*args: Any, **kwargs: Any) -> Any:
        result = copy.deepcopy(listed(right(*args, **kwargs)))
        spoiled.extend([a for a in (*args, *kwargs.values()) if spoil(a)])
        return result

    result = check(spoiling, where=False)
    failed = [row.title for row in result.rows if not row.passed]
    held = ADDED_ROW_TITLES[RowKind.PURITY] in check.titles  # where there are values to compare
    pure = [ADDED_ROW_TITLES[RowKind.PURITY]] if held else []
    pure += [one.title for one in check.checks if isinstance(one, Property) and one.pure and one.title not in pure]
    assert failed == (pure if spoiled else []), result.text()
