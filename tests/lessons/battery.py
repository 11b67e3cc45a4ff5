"""The tests that every lesson's checks must pass: each mistake is caught and named, each right answer gets full marks.

A lesson's test module says

    BATTERY = Battery(module, alternatives)
    test_mistake = BATTERY.mistakes()
    ...

with ``alternatives`` a dict from an exercise's name to right answers written in other ways.
"""

from collections.abc import Callable
from types import ModuleType

import pytest

from cs231n_lib.checks import Exercise

SEEDS = [str(seed) for seed in range(20)]
DRAWS = [
    pytest.param(SEEDS[:1], id="one seed"),
    pytest.param(SEEDS[1:], id="nineteen more", marks=pytest.mark.slow),
]


class Battery:
    def __init__(self, module: ModuleType, alternatives: dict[str, list[Callable]]) -> None:
        self.exercises = {v.name: v for v in vars(module).values() if isinstance(v, Exercise)}
        self.alternatives = alternatives

    def enough(self):
        @pytest.mark.parametrize("name", self.exercises)
        def test(name):
            assert len(self.exercises[name].mistakes) >= 4
            assert len(self.alternatives[name]) >= 3

        return test

    def named(self):
        every = [(e.name, m.name) for e in self.exercises.values() for m in e.mistakes]

        @pytest.mark.parametrize("seeds", DRAWS)
        @pytest.mark.parametrize(("exercise", "mistake"), every)
        def test(exercise, mistake, seeds, count_tried):
            exercise = self.exercises[exercise]
            wrong = next(m for m in exercise.mistakes if m.name == mistake)
            if SEEDS[0] in seeds:
                count_tried(exercise.name, "mistake")
            for seed in seeds:
                result = exercise(wrong.implementation, seed=seed)
                assert result.points < exercise.points, f"seed {seed}: full marks\n{result.text()}"
                assert mistake in dict(result.mistakes), f"seed {seed}: not named\n{result.text()}"

        return test

    def accepted(self):
        every = [(name, i) for name, functions in self.alternatives.items() for i in range(len(functions))]

        @pytest.mark.parametrize("seeds", DRAWS)
        @pytest.mark.parametrize(("exercise", "number"), every)
        def test(exercise, number, seeds, count_tried):
            exercise = self.exercises[exercise]
            function = self.alternatives[exercise.name][number]
            if SEEDS[0] in seeds:
                count_tried(exercise.name, "alternative")
            for seed in seeds:
                result = exercise(function, seed=seed)
                assert result.points == exercise.points, f"seed {seed}\n{result.text()}"
                assert not result.mistakes

        return test

    def unfinished(self):
        @pytest.mark.parametrize("name", self.exercises)
        def test(name):
            def stub(*args, **kwargs):
                raise NotImplementedError

            result = self.exercises[name](stub)
            assert (result.points, result.headline) == (0, "Not started")

        return test
