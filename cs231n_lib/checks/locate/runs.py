"""Runs of a wrong answer and the right solution on the same cases."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic
from typing import Any

from cs231n_lib.browser import SLOWNESS, cpu_time

from ..declare import ExerciseSpec
from ..run.compare import named_outputs
from ..run.flaws import Output
from ..run.instrument import MAX_TRACE_BYTES, Instrumented, Text, span
from ..run.result_names import result_names
from ..run.runner import Case, collected, copied_arguments
from ..run.time_limit import TimeLimit, TimeLimitReached, attempt
from .values import (
    ROWS,
    Key,
    Values,
    form_of,
    is_all_zero,
    is_plain,
    key_of,
    keys_of,
    outputs_of,
    right_outputs,
    split_arrays,
    stacked_values,
)

MAX_LINES = 1000
CPU_SECONDS = 0.25 * SLOWNESS
"""CPU seconds for the search for single places."""
FRESH_CPU_SECONDS = 0.05 * SLOWNESS
"""CPU seconds for further cases on which a place must hold."""
MIN_FRESH_CASES = 2
"""Number of further cases that are tried even if they exceed this time."""
RUN_SECONDS = 0.25 * SLOWNESS
"""Wall-clock limit of one run of the answer, in seconds."""
WALL_SECONDS = 8.0 * SLOWNESS
"""Wall-clock limit of the whole search, in seconds. On a busy machine the CPU limits alone could take much longer."""
MAX_KEPT_BYTES = 512 << 20
"""Maximum total size of all recorded values, in bytes."""

ARRAY_CONSTRUCTORS = {f"{kind}{like}" for kind in ("zeros", "ones", "empty", "full") for like in ("", "_like")}
"""Functions that create an array."""


@dataclass
class CaseRun:
    """Runs of the answer and the right solution on a case, with their values by site."""

    case: Case
    expected: Any
    answer: Values
    reference: Values
    right: frozenset[int]
    all_outputs: frozenset[int]
    final_values: Mapping[str, Any]
    """Final values of the answer's local variables, by name."""
    seconds: float
    """Wall-clock time of the answer's run."""
    repaired: dict[tuple[int, Key], frozenset[int]] = field(default_factory=dict)
    """Right outputs for each site and each key of the values put there."""
    keys: dict[tuple[bool, int], Key | None] = field(default_factory=dict)
    known_keys: dict[int, set[Key | None]] = field(default_factory=dict)
    """Keys of the right solution's values, by the number of values at a site."""

    def key(self, answer: bool, site: int) -> Key | None:
        """Key of a site's values for comparison, or `None` if they cannot be compared."""
        if (answer, site) not in self.keys:
            values = (self.answer if answer else self.reference).get(site, ())
            self.keys[answer, site] = keys_of(values)
        return self.keys[answer, site]

    def is_known(self, key: Key | None) -> bool:
        """Whether the right solution has values with this key at one of its sites."""
        if key is None:
            return None in self.reference_keys
        if len(key) not in self.known_keys:
            same = [other for other, values in self.reference.items() if len(values) == len(key)]
            self.known_keys[len(key)] = {self.key(False, other) for other in same}
        return key in self.known_keys[len(key)]

    @cached_property
    def reference_keys(self) -> set[Key | None]:
        """Keys of all values of the right solution."""
        return {self.key(False, other) for other in self.reference}

    @cached_property
    def held(self) -> dict[str, Any]:
        """Keys of the final values of the answer's variables, by name."""
        return {name: key_of(v) for name, v in self.final_values.items() if is_plain(v)}


@dataclass(frozen=True)
class Replacement:
    """Site that gets a reference site's values, and the outputs that this repairs.

    ``twins`` are sites with the same source and values, which get the same replacement.
    """

    site: int
    other: int
    repaired: frozenset[int]
    twins: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
    """Lines that compute what the site reads and may be wrong themselves."""
    near: frozenset[int] = frozenset()
    """Lines of other sites at which a replacement is about as likely."""

    @property
    def put(self) -> list[tuple[int, int]]:
        """Pairs of a site and the reference site whose values it gets."""
        return [(site, self.other) for site in (self.site, *self.twins)]


@dataclass
class Runs:
    """Runs of the answer and the right solution on all cases."""

    spec: ExerciseSpec
    answer: Instrumented
    reference: Instrumented
    cpu_deadline: float
    """CPU time at which the search for single places ends."""
    wall_deadline: float
    """Wall-clock time after which no run starts."""
    before_line: int = MAX_LINES
    """Only lines before this one are candidates."""
    kept: int = 0
    """Size of all recorded values in bytes."""
    failing: list[CaseRun] = field(default_factory=list)
    passing: list[CaseRun] = field(default_factory=list)
    known_keys: dict[tuple[bool, int], tuple[Key | None, ...]] = field(default_factory=dict)
    """Results of `keys_on_cases`, which the search needs for each pair of sites."""
    other_traces: dict[tuple[str, ...], tuple[Instrumented, list[Values]]] = field(default_factory=dict)
    """Results of `traces_of` by the source of the function."""

    @cached_property
    def fastest_first(self) -> list[CaseRun]:
        """Failing and then passing cases, each from the fastest to the slowest.

        Most candidates fail on the first case.
        """
        return [t for group in (self.failing, self.passing) for t in sorted(group, key=lambda t: t.seconds)]

    @cached_property
    def returned(self) -> set[tuple[int, int]]:
        """Positions where the answer returns its own variables."""
        return _returned_names(self.answer.text.tree)

    @cached_property
    def wrong_outputs(self) -> frozenset[int]:
        """Outputs that are wrong on some case."""
        return frozenset.union(*(t.all_outputs - t.right for t in self.failing))

    @cached_property
    def answer_sites(self) -> dict[tuple[Any, ...], int]:
        """Sites of the answer by their position in its source."""
        return {span(node): site for site, node in enumerate(self.answer.sites)}

    @cached_property
    def reference_sites(self) -> dict[tuple[Any, ...], int]:
        """Sites of the right solution by their position in its source."""
        return {span(node): site for site, node in enumerate(self.reference.sites)}

    @cached_property
    def reference_value_sets(self) -> list[set[Any]]:
        """Keys of each reference site's single values on the first failing case."""
        return [set(key) for key in self.failing[0].reference_keys if key]

    @cached_property
    def reference_forms(self) -> dict[int, list[Any]]:
        """Forms of each reference site's values on the first failing case."""
        return {other: list(map(form_of, values)) for other, values in self.failing[0].reference.items()}

    @cached_property
    def reference_sites_by_count(self) -> dict[int, list[int]]:
        """Reference sites by the number of their values on the first failing case."""
        sites: dict[int, list[int]] = {}
        for other, values in self.failing[0].reference.items():
            sites.setdefault(len(values), []).append(other)
        return sites

    @cached_property
    def reference_sites_by_text(self) -> dict[str, list[int]]:
        """Sites of the right solution by their source, except bare names."""
        sites: dict[str, list[int]] = {}
        for site, node in enumerate(self.reference.sites):
            if not isinstance(node, ast.Name):
                sites.setdefault(ast.unparse(node), []).append(site)
        return sites

    @cached_property
    def outputs(self) -> list[Any]:
        """Keys of the right outputs on the first failing case."""
        expected = self.failing[0].expected
        return [keys_of([output]) for output in (expected if isinstance(expected, tuple) else (expected,))]

    @cached_property
    def in_shared_statements(self) -> frozenset[int]:
        """Sites in statements that the right solution also has, with the same values."""

        def statements(answer: bool, function: Instrumented) -> dict[int, tuple[Any, ...]]:
            return {
                site: (function.roles[whole], name, ast.unparse(function.sites[whole]), *keys)
                for site, (whole, name) in function.enclosing.items()
                if function.roles[whole] not in ("Tuple", "List", "Dict")
                and None not in (keys := [t.key(answer, whole) for t in self.failing])
            }

        right = set(statements(False, self.reference).values())
        return frozenset(site for site, statement in statements(True, self.answer).items() if statement in right)

    def arguments(self, case: Case) -> dict[str, Any]:
        """Copies of a case's arguments by the answer's parameter names."""
        args, kwargs = copied_arguments(case)
        return {**dict(zip((a.arg for a in self.answer.text.definition.args.args), args, strict=False)), **kwargs}

    def value_of(self, function: Any, case: Case) -> Any:
        """Return value of the function, or the error that it raises."""
        if monotonic() > self.wall_deadline:
            raise TimeLimitReached
        args, kwargs = copied_arguments(case)
        value, error = attempt(TimeLimit(RUN_SECONDS), lambda: collected(function(*args, **kwargs), self.spec.collect))
        return value if error is None else error

    def traced(self, function: Instrumented, case: Case) -> tuple[Any, Values]:
        """Return value of a function on a case, and the values of its sites."""
        function.trace, function.trace_bytes = {}, 0
        value = self.value_of(function, case)
        trace, function.trace = function.trace, None
        if function.trace_bytes > MAX_TRACE_BYTES:  # the trace is incomplete
            raise MemoryError
        return value, trace

    def output(self, i: int, expected: Any) -> Output:
        """Output with index ``i``."""
        names = tuple(expected) if isinstance(expected, dict) else result_names(self.spec.reference)
        return named_outputs(names, len(expected))[i]

    def is_right(self, function: Any) -> bool:
        """Whether a function is right on every case."""
        return all(
            right_outputs(t.expected, self.value_of(function, t.case), self.spec.tolerance) == t.all_outputs
            for t in self.fastest_first
        )

    def repaired_by(self, put: Sequence[tuple[int, int]]) -> frozenset[int]:
        """Outputs that these replacements repair on every failing case.

        The set is empty if the replacements make a right output wrong on any case.
        """
        repaired = self.wrong_outputs
        for t in self.fastest_first:
            now = self._right_with(t, put)
            if t.right != t.all_outputs:
                repaired &= now
            if not repaired or not t.right <= now:
                return frozenset()
        return repaired

    def _right_with(self, t: CaseRun, put: Sequence[tuple[int, int]]) -> frozenset[int]:
        """Outputs that are right on a case with these replacements."""
        new = [
            (site, other) for site, other in put if t.key(True, site) != t.key(False, other) and other in t.reference
        ]
        if not new:
            return t.right
        known = (new[0][0], t.key(False, new[0][1]) or ()) if len(new) == 1 else None
        if known and known in t.repaired:
            return t.repaired[known]
        self.answer.replacements, self.answer.used = {site: t.reference[other] for site, other in new}, {}
        value = self.value_of(self.answer, t.case)
        self.answer.replacements = {}
        right = right_outputs(t.expected, value, self.spec.tolerance)
        if any(self.answer.used.get(site) != len(t.reference[other]) for site, other in new):
            right = frozenset()
        if known:
            t.repaired[known] = right
        return right

    def holds_on(self, cases: Sequence[Case], found: Sequence[Replacement]) -> bool:
        """Whether replacements repair the wrong outputs, and break none, on other cases."""
        repaired = frozenset[int]().union(*(one.repaired for one in found))
        end = cpu_time() + FRESH_CPU_SECONDS
        for i, case in enumerate(cases):
            if i >= MIN_FRESH_CASES and cpu_time() > end:
                break
            if t := _run_case(self, case):
                right = self._right_with(t, [pair for one in found for pair in one.put])
                if not (t.right | repaired) <= right:
                    return False
        return True

    def traces_of(self, wrong: Text, cases: Sequence[Case]) -> tuple[Instrumented, list[Values]]:
        """Instrument another function, and record its values like the reference's."""
        if wrong.lines not in self.other_traces:
            function = Instrumented(wrong)
            traces = [self.traced(function, case)[1] for case in cases]
            traces = [{**t, **dict(split_arrays(t)), **dict(stacked_values(t))} for t in traces]
            self.other_traces[wrong.lines] = function, traces
        return self.other_traces[wrong.lines]

    def repaired_trace(self, t: CaseRun, found: Sequence[Replacement]) -> Values:
        """Values of the answer's sites after replacements."""
        put = [pair for one in found for pair in one.put]
        self.answer.replacements, self.answer.used = {site: t.reference.get(other, ()) for site, other in put}, {}
        _, trace = self.traced(self.answer, t.case)
        self.answer.replacements = {}
        return trace

    def sites_with_same_values(self, other: int) -> list[int]:
        """Sites of the right solution with the same values as ``other``."""
        first = self.failing[0]
        return [o % ROWS for o in first.reference if first.key(False, o) == first.key(False, other)]

    def enclosing_expression(self, site: int) -> tuple[int, str]:
        """Site of the whole expression around a site, and the name that gets its value."""
        return self.answer.enclosing.get(site, (site, ""))

    @cached_property
    def parents(self) -> dict[int, int]:
        """Site of the smallest expression around each site."""
        found = {}

        def visit(node: ast.AST, around: int | None) -> None:
            site = self.answer_sites.get(span(node)) if isinstance(node, ast.expr) else None
            if site is not None and around is not None:
                found[site] = around
            for child in ast.iter_child_nodes(node):
                visit(child, around if site is None else site)

        visit(self.answer.text.tree, None)
        return found

    def is_held(self, other: int, returned: str) -> bool:
        """Whether some variable ends every case with the value of a reference site.

        The variable named ``returned`` does not count.
        """
        every = (*self.failing, *self.passing)
        names = set.intersection(*(set(t.held) for t in every)) - {returned}
        return any(all(set(t.key(False, other) or (None,)) == {t.held[name]} for t in every) for name in names)

    def is_same_argument(self, name: ast.Name, other: int) -> bool:
        """Whether a name and a reference site read the same argument, never rebound."""
        right = self.reference.sites[other]
        return isinstance(right, ast.Name) and right.id == name.id and name.id in self.kept_arguments

    @cached_property
    def kept_arguments(self) -> set[str]:
        """Names of arguments that neither the answer nor the right solution rebinds."""
        names = [n for text in (self.answer.text, self.reference.text) for n in ast.walk(text.tree)]
        stored = {n.id for n in names if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        return {a.arg for a in self.reference.text.definition.args.args} - stored

    @cached_property
    def filled_names(self) -> set[str]:
        """Names of arrays and lists to whose entries the answer assigns."""
        return {
            n.value.id
            for n in ast.walk(self.answer.text.tree)
            if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store) and isinstance(n.value, ast.Name)
        }

    def is_known(self, site: int) -> bool:
        """Whether the right solution has the values of a site on every failing case."""
        return all(t.is_known(t.key(True, site)) for t in self.failing)

    def keys_on_cases(self, answer: bool, site: int) -> tuple[Key | None, ...]:
        """Keys of a site's values on every case."""
        if (answer, site) not in self.known_keys:
            self.known_keys[answer, site] = tuple(t.key(answer, site) for t in (*self.failing, *self.passing))
        return self.known_keys[answer, site]

    def is_familiar(self, trace: Values, site: int) -> bool:
        """Whether the right solution has a site's values, however often they occur.

        Shapes and lists count as familiar because the search compares the values computed from them. Zeros also count,
        because the answer may still fill them.
        """
        node, values = self.answer.sites[site], trace.get(site, ())
        key = keys_of(values)
        if self.failing[0].is_known(key) or (isinstance(node, ast.Attribute) and node.attr == "shape"):
            return True
        if any(isinstance(v, list) for v in values):
            return True
        if not key:
            return False
        own = set(key)
        return is_all_zero(values) or any(own <= other for other in self.reference_value_sets)

    def is_to_be_filled(self, site: int) -> bool:
        """Whether the site creates an array whose entries are assigned later."""
        node, (whole, name) = self.answer.sites[site], self.enclosing_expression(site)
        return name in self.filled_names and (
            is_new_array(node) or (whole == site and _copies_argument(self.answer.text, node))
        )

    def is_returned_name(self, node: ast.expr | ast.stmt) -> bool:
        """Whether the node is a bare name that the function assigns and returns."""
        return isinstance(node, ast.Name) and (node.lineno, node.col_offset) in self.returned


def run_both(spec: ExerciseSpec, mine: Text, right: Instrumented, cases: Sequence[Case]) -> Runs:
    """Run an answer and a right solution on each case."""
    runs = Runs(spec, Instrumented(mine), right, cpu_time() + CPU_SECONDS, monotonic() + WALL_SECONDS)
    for case in cases:
        if cpu_time() < runs.cpu_deadline and (t := _run_case(runs, case)):
            (runs.passing if t.right == t.all_outputs else runs.failing).append(t)
    return runs


def _run_case(runs: Runs, case: Case) -> CaseRun | None:
    expected, theirs = runs.traced(runs.reference, case)
    runs.answer.final_values = {}
    start = monotonic()
    actual, mine = runs.traced(runs.answer, case)
    seconds = monotonic() - start
    if right_outputs(expected, expected, runs.spec.tolerance) != outputs_of(expected):
        return None  # an error, or an array of an unsupported dtype
    right = right_outputs(expected, actual, runs.spec.tolerance)
    runs.kept += runs.answer.trace_bytes + runs.reference.trace_bytes
    if runs.kept > MAX_KEPT_BYTES:
        raise MemoryError
    theirs = {**theirs, **dict(split_arrays(theirs)), **dict(stacked_values(theirs))}
    return CaseRun(case, expected, mine, theirs, right, outputs_of(expected), runs.answer.final_values, seconds)


def _returned_names(tree: ast.AST) -> set[tuple[int, int]]:
    """Positions where the function returns its own variables."""
    made = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    returned = [n.value for n in ast.walk(tree) if isinstance(n, ast.Return) and n.value]
    values = [e for v in returned for e in (v.elts if isinstance(v, ast.Tuple | ast.List) else [v])]
    return {(n.lineno, n.col_offset) for n in values if isinstance(n, ast.Name) and n.id in made}


def _copies_argument(text: Text, node: ast.AST) -> bool:
    """Whether an expression copies an argument, like `np.array(x)` or `x.copy()`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    copied = node.func.value if node.func.attr in {"copy", "astype"} else None
    if node.args and node.func.attr in {"array", "asarray", "copy"}:
        copied = node.args[0]
    return isinstance(copied, ast.Name) and copied.id in {a.arg for a in text.definition.args.args}


def is_new_array(node: ast.AST) -> bool:
    """Whether an expression creates an array to be filled, such as `np.zeros(5)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ARRAY_CONSTRUCTORS
