"""Sentences of the checks. Only this module turns flaws into text."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from .flaws import Breach, Difference, Flaw, FlawedOutputs, Foreign, Headline, Numbers, Output, Refusal, RefusedAnswer

RETURNED = {
    Flaw.NOTHING: "None. Is there a `return` at the end?",
    Flaw.GENERATOR: "a generator. Write `return` instead of `yield`",
    Flaw.UNUSABLE: "{}, which the check cannot process",
    Flaw.OTHER_KIND: "{}, not {}",
    Flaw.OTHER_SHAPE: "shape {}, not {}",
    Flaw.OTHER_DTYPE: "dtype {}, not {}",
    Flaw.OTHER_COUNT: "{}, not {} values",
    Flaw.TOO_MANY: "{0}, not {1} values. The first {1} are right, so leave out the rest",
    Flaw.NO_DICTIONARY: "{}, not a dictionary with the entries {}",
    Flaw.NO_EMPTY_DICTIONARY: "{}, not an empty dictionary",
}
"""Continuations of "returns"."""

STATES = {Flaw.IS_NONE: "None", Flaw.IS_MISSING: "missing"}
"""Continuations of "is" or "are"."""

SENTENCES = {
    Flaw.OTHER_ORDER: "the values are right, but their order differs from that in the docstring",
    Flaw.OTHER_ORDER_THAN: "the values are right, but their order is wrong. Return `{}`",
    Flaw.VALUE: "the value is wrong",
    Flaw.ANSWER: "the answer is wrong",
    Flaw.TRANSPOSED: "the result is transposed",
    Flaw.NAN: "the result contains NaN",
    Flaw.INFINITY: "the result contains infinity",
    Flaw.ZERO: "the result is zero",
    Flaw.ZERO_THROUGHOUT: "the result is zero throughout",
    Flaw.FACTOR: "the result is {} times the right one",
    Flaw.FACTOR_AND_SIGN: "the result is {} times the right one, with the sign flipped",
    Flaw.SIGN: "the sign is flipped, so the result is the right one times −1",
    Flaw.TOO_LARGE: "every entry is too large by the same amount",
    Flaw.TOO_SMALL: "every entry is too small by the same amount",
    Flaw.CHANGES_ARGUMENT: "changes its argument {}. Work on a copy, or restore the argument",
    Flaw.CHANGES_ARGUMENTS: "changes its arguments {}. Work on copies, or restore the arguments",
    Flaw.NOT_IN_TIME: "does not finish in time",
    Flaw.ERROR: "stops with {}",
    Flaw.ERROR_AT: "stops with {}, in your code at {}",
    Flaw.EXIT: "calls `exit()`, which would stop the whole notebook",
    Flaw.EXIT_AT: "calls `exit()`, which would stop the whole notebook, in your code at {}",
    Flaw.BREACH: "{}",
    Flaw.NOT_TESTED: "the check could not finish with these values",
    Flaw.PROPERTY: "{}",
    Flaw.PROPERTY_AT_RETURN: "{}",
}

SPARE_AXIS = ". There is an extra axis of length 1. Remove `keepdims=True` or the step that adds the axis"
OF_AXIS = " (the size of an input axis, so check whether to sum or to average)"

PROBLEMS = {
    Refusal.NOT_STARTED: "Replace the line `raise NotImplementedError` with your code. Run its cell, then this one.",
    Refusal.CALLS_LIBRARY: "This calls the library's own function, which earns nothing. Write the steps yourself.",
    Refusal.NO_ANSWER: (
        "Your notebook did not respond during the check. Remove any code that ends Python or changes IPython."
    ),
    Refusal.NO_ANSWER_IN_TIME: (
        "Your notebook did not respond in time during the check. Remove any code that ends Python or changes IPython."
    ),
    Refusal.NOT_THERE: "There is no `{}` yet. Run the cell that defines it (Shift+Enter), then this one.",
    Refusal.OTHER_NAME: "There is no `{0}`, but there is `{1}`. Rename `{1}` to `{0}` and run its cell again.",
    Refusal.IS_NONE: "`{}` is None. Write it as a function: `{}`",
    Refusal.IS_CLASS: "`{}` is a class. Write it as a function: `{}`",
    Refusal.IS_MODULE: "`{}` is a module. Write it as a function: `{}`",
    Refusal.IS_NO_FUNCTION: "`{}` is of type {}, not a function. Write it as `{}`",
    Refusal.IS_ASYNC: "`{}` is declared with `async`. Write it without `async`: `{}`",
    Refusal.OTHER_ORDER: "The parameters are in the wrong order ({}). Write `{}`",
    Refusal.OTHER_PARAMETERS: "The parameters are ({}), so the check cannot call the function. Write `{}`",
}

BREACHES = {
    Breach.ENDED: "your code ended its process",
    Breach.PROTOCOL: "your code broke the protocol",
    Breach.CALLS: "your function calls a function argument too often",
    Breach.TOO_MUCH: "your function returns too much data",
    Breach.GENERATOR: "your code changed the state of rng without drawing from it",
}

HEADLINES = {headline: headline.value for headline in Headline}

LAMBDA = "A lambda works here, but a `def` with a name and a docstring is easier to read and to debug."
INTERRUPTED = "Interrupted after {:g} seconds, the time limit of this check. Is there a loop that never ends?"
EARNS_ONCE_ROW = "earns its points once the row “{}” passes"
EARNS_ONCE_VALUES = "earns its points once a row of values passes"
"""Sentences below the title of a row that passed but has earned nothing yet."""
WARNED = "Python issued warnings, which cost no points."
WARNED_OF = "Python issued warnings, which cost no points: {}."
PRINTED = "The report omits what your function printed."
PRINTED_AS = "The report omits what your function printed, which began with {}"
AS_ABOVE = "as above"
NESTED = "the returned value is nested more than {} levels deep. Does your code append a list to itself?"
ENTRIES = "the returned value has more than {:,} entries. Return only what the docstring lists"
SIZE = "the returned value takes more than {} MB. Return only what the docstring lists"

LIKELY, POSSIBLE = "Likely", "Possible"

ALL_RIGHT = "the answer is right"
RIGHT = {True: "{} are right", False: "{} is right"}
"""Clauses for several outputs and for one."""
FILLED = "{}, because some entries keep the value from this line"
LOOP = "this loop never ends. Change something in the loop that its condition depends on"
CHANGES = "this line changes `{}`, which the caller still needs"
SHARES = "this line only gives `{}` another name, so line {} changes what the caller still needs. Make a copy"
EXCHANGED = "with `{}` and `{}` exchanged, the answer is right"
AFTER = "with a different value for `{}` after line {}, {}"
SMALL_CHANGE = "a small change to `{}` makes the answer right"
FURTHER_OPERATION = "one more operation on `{}` makes the answer right"
OTHER_NAME = "another name in place of `{}` makes the answer right"
OTHER_NUMBER = "another number in place of `{}` makes the answer right"
PART_LESS = "without a part of `{}`, the answer is right"
LEAVE_OUT = "without this line, the answer is right"
RESULT_UNUSED = "the result of this call is not used. If a variable kept it, the answer would be right"
MOVE_BELOW = "if this line stood below line {}, the answer would be right"
SETTLED = {
    True: "if the condition `{}` always held, the answer would be right",
    False: "if the condition `{}` never held, the answer would be right",
}
"""Statements for a condition that an edit replaces with True or False."""
OTHER_VALUE = "with a different value for `{}`, {}"
THIS_VALUE = "with {} for `{}` here ({}), {}"
BOTH_VALUES = "`{}` is {} here ({}). With {} in its place, {}"
LINE = "{}: {}"
OTHER_VALUE_IN = "with a different value for `{}` in line {}, {}"
OVERWRITES = "this line overwrites `{}`, but line {} needs the earlier value. Use another name or a copy"
CHANGES_TOO = "this line changes an array that shares memory with `{}`, which line {} needs unchanged. Work on a copy"
SOURCES = "The mistake is in {}"


def one_of_lines(*numbers: int) -> str:
    """Words for a line, or for several lines of which one contains the error.

    >>> one_of_lines(3)
    'line 3'
    >>> one_of_lines(3, 6, 5)
    'line 3, 5 or 6'
    """
    *others, last = map(str, sorted(numbers))
    return f"line {', '.join(others)} or {last}" if others else f"line {last}"


CHANGE_PASSES = (
    "With this change alone, your function passes every row, on these cases and on five other sets of cases."
)
CHANGE_LONG = (
    "The search for one small change takes longer than a check should. Run `{}` in a cell of its own. It takes at most "
    "{:g} s of computing time, and ■ stops it."
)
CHANGE_CALL = "to see the one small change that makes the answer right, run `{}`"
CHANGE_TOO_EARLY = (
    "A report offers the change only after three failed checks with the same fault. Run `checks.{}()` first."
)
CHANGE_NONE = "No single small change makes this answer right, so several lines need another look."
CHANGE_LATE = "The search ran out of time before it found a small change that makes this answer right."
CHANGE_STOPPED = "The search was stopped."
CHANGE_PASSED = "Your function passes its check. Nothing needs to change."
CHANGE_LINE, CHANGE_LINES, ADD_LINES = "line {}", "lines {} to {}", "above line {}"
REPLACE, INSERT, REMOVE = "{}: replace `{}` with `{}`", "{}: insert `{}`", "{}: remove `{}`"
MOVE, ADD = "{}: change the statements as follows", "{}: add"

KIND_PHRASES = {
    "array": "an array of shape {}",
    "truth": "True or False",
    "complex": "a complex number",
    "number": "a number",
}
TYPE_PHRASES = {"str": "a string", "dict": "a dictionary"}


def sentence(wrong: Difference, verb: str = "returns") -> str:
    """Describe the error to the student."""
    text = _body(wrong, verb) + (OF_AXIS if wrong.of_axis else "")
    return f"{wrong.label}: {text}" if wrong.label else text


def _body(wrong: Difference, verb: str) -> str:
    if wrong.flaw is Flaw.OUTPUTS:
        right = f" ({are_right(wrong.right)})" if wrong.right else ""
        return "; ".join(_outputs_sentence(part, verb) for part in wrong.parts) + right
    text = SENTENCES.get(wrong.flaw) or f"{verb} {RETURNED[wrong.flaw]}"
    return text.format(*wrong.facts) + (SPARE_AXIS if wrong.spare_axis else "")


def _outputs_sentence(part: FlawedOutputs, verb: str) -> str:
    names, wrong = listed(list(map(output_name, part.outputs))), part.difference
    if wrong.flaw in STATES:
        return f"{names} {'are' if part.outputs[1:] else 'is'} {STATES[wrong.flaw]}"
    if wrong.parts and wrong.parts[0].outputs[0].inner:  # the inner sentence names the wrong part
        return _body(wrong, verb)
    if wrong.flaw in (Flaw.OTHER_COUNT, Flaw.TOO_MANY):
        return f"{names} {'are' if part.outputs[1:] else 'is'} {_body(wrong, '').strip()}"
    colon = "" if verb == "has" and wrong.flaw in RETURNED else ":"
    return f"{names}{colon} {_body(wrong, verb)}"


def describe_result_form(wrong: Difference) -> str:
    """Error in the form of a result, as the end of a sentence about the function."""
    return f"it {sentence(wrong)}" if wrong.flaw in RETURNED else f"the result {sentence(wrong, 'has')}"


def describe_line(wrong: Difference) -> str:
    """Describe the error in the line that returns a result."""
    return f"this {sentence(wrong)}" if wrong.flaw in RETURNED else sentence(wrong)


def detail(numbers: str | Numbers) -> str:
    """Describe the expected and the actual number for one input."""
    if isinstance(numbers, str):
        return numbers
    place = f" at index {list(numbers.index)}" if numbers.index else ""
    outputs = numbers.outputs
    names = [o for o, inner in zip_longest(outputs, outputs[1:]) if not (inner and inner.name.startswith(f"{o.name}["))]
    text = "".join(f"{output_name(output)}: " for output in names)
    text += f"expected {numbers.expected}{place}, got {numbers.actual}"
    return text + (f" ({numbers.differing} of {numbers.total} entries differ)" if numbers.total > 1 else "")


def problem(why: RefusedAnswer) -> str:
    """Describe why an answer was refused."""
    return PROBLEMS[why.refusal].format(*why.facts)


def are_right(outputs: Sequence[Output]) -> str:
    """State which outputs are right."""
    return RIGHT[len(outputs) > 1].format(listed(list(map(output_name, outputs))))


def output_name(output: Output) -> str:
    """Name of an output in a report."""
    return f"`{output.name}`" if output.name else f"value {output.number} of {output.total}"


def describe(value: Any) -> str:
    """Describe a plain value in words, such as ``an array of shape (2, 3)``."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return KIND_PHRASES["array"].format(value.shape)
    if isinstance(value, bool | np.bool_):
        return KIND_PHRASES["truth"]
    if isinstance(value, complex | np.complexfloating):
        return KIND_PHRASES["complex"]
    if isinstance(value, int | float | np.number):
        return KIND_PHRASES["number"]
    name = value.type_name if isinstance(value, Foreign) else type(value).__name__
    return TYPE_PHRASES.get(name) or f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def listed(names: Sequence[str]) -> str:
    """Join names into an English list.

    >>> listed(["dx", "dw", "db"])
    'dx, dw and db'
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
