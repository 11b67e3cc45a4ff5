"""Exercise on naming six training curves."""

from numpy.random import Generator

from cs231n_lib.checks import Exercise, Function, Property, Violation
from cs231n_lib.lessons.training import faults

from . import references

LEAST = 3
"""Smallest number of right names that earns points. Fewer could be luck."""


def _answer(call: Function) -> tuple[int, list[str]]:
    answer = call()
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Violation("the answer is not a pair. Return a number and six names, `return number, names`")
    number, names = answer
    if isinstance(number, bool) or not isinstance(number, int) or number not in faults.NUMBERS:
        raise Violation(
            f"the number must be a whole number from 0 to {faults.NUMBERS[-1]}",
            f"{number!r:.40}",
            fingerprint=str(number),
        )
    if not isinstance(names, tuple | list) or len(names) != faults.SHOWN:
        raise Violation("the names must be a list of six, in the order of the curves", fingerprint=str(names))
    unknown = [name for name in names if name not in faults.KINDS]
    if unknown:
        known = ", ".join(faults.KINDS)
        raise Violation(f"a name is not one of {known}", f"{unknown[0]!r:.40}", fingerprint=str(names))
    return number, list(names)


def _named(call: Function, rng: Generator) -> None:
    number, names = _answer(call)
    wrong = [
        (letter, given)
        for letter, given, (kind, _) in zip("abcdef", names, faults.drawn(number), strict=True)
        if given != kind
    ]
    right = faults.SHOWN - len(wrong)
    if wrong:
        told = ". ".join(f"Curve {letter} is not “{given}”, because {faults.SIGNS[given]}" for letter, given in wrong)
        raise Violation(
            f"{right} of 6 names are right. {told}",
            fingerprint=tuple(names),
            credit=right / faults.SHOWN if right >= LEAST else 0,
        )


name_curves = Exercise(
    references.name_curves,
    points=9,
    minutes=15,
    difficulty=3,
    importance="core",
    checks=(Property("The names of the six curves", 1, _named),),
    slips="""
        in the other order
            return number, names → return number, names[::-1]
            your names seem to go from f to a. Start with curve a.
        one name for all
            return number, names → return number, ["healthy"] * 6
            you give all six curves the same name. Give each of them its own name.
        names in capitals
            return number, names → return number, [name.capitalize() for name in names]
            your names have capital letters. Write them in lower case, as in the list.
        five names
            return number, names → return number, names[:5]
            you return five names. Return six, one for each curve.
        names alone
            return number, names → return names
            you return only the names. Return the number with which you drew the curves as well.
        another number
            return number, names → return number + 1, names
            you name the curves of another number. Check that `number` is the one with which you drew yours.
        number as text
            return number, names → return str(number), names
            your number is in quotation marks. Write it without them.
        one string
            return number, names → return number, ", ".join(names)
            your names are one string. Return a list of six strings.
    """,
)
