"""Capstone of lesson 09 over several seeds, and its optional longer forms.

python -m benchmarks capstone --seeds 10             # library's functions, then a student's with every second missing
python -m benchmarks capstone --long                 # longer forms; downloads about 200 MB
python -m benchmarks capstone --long --data FOLDER   # reads train-*-ubyte.gz and cifar-10-binary.tar.gz there
"""

import time
from pathlib import Path

import numpy as np

from benchmarks.timing import show
from cs231n_lib.course import mine
from cs231n_lib.course.answers.runs import RUN_SECONDS, ExperimentRun, Origin
from cs231n_lib.course.answers.saved import saved_function
from cs231n_lib.datasets import DatasetError, load_fashion_mnist
from cs231n_lib.functions.losses import softmax
from cs231n_lib.lessons.training.experiments.capstone import PARTS, tries
from cs231n_lib.lessons.training.experiments.longer import FORMS, longer
from cs231n_lib.lessons.use import Use

ROOT = Path(__file__).parents[1]
HUMAN_ACCURACY, ALL_PARTS = 83.5, 85.0
NETWORKS, EPOCHS = 3, 20


class WithGaps:
    """Source of functions for an experiment that takes ``names`` from the solutions and the rest from the library.

    The functions from the solutions get the same safeguards as a student's.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.origins = {name: Origin(exercise) for name, (exercise, _) in mine.exercises().items()}
        for name in names:
            exercise, lesson = mine.exercises()[name]
            function, why = saved_function(exercise, lesson, ROOT / "solutions")
            assert function, f"{name}: {why}"
            self.origins[name] = Origin(exercise, function)

    def run(self, seconds: float = RUN_SECONDS) -> ExperimentRun:
        """Start a run like `mine.run`."""
        return ExperimentRun(self.origins.__getitem__, seconds)

    frames = run


def once(use: Use, seed: int) -> tuple[float, float, float]:
    """Run the capstone once.

    Returns the test accuracy (%) of the network that is best on validation, the test accuracy (%) of the mean of three
    networks, and the CPU seconds.
    """
    began, clothes = time.process_time(), load_fashion_mnist()
    settings = tries(use, seed=seed).best.parameters
    new = np.concatenate([clothes.x_validation, clothes.x_test])
    found = []
    for i in range(NETWORKS):
        scores, _ = use.run().fit(
            clothes.x_train, clothes.y_train, new, **settings, epochs=EPOCHS, seed=NETWORKS * seed + i
        )
        found.append(softmax(scores))
    validation, test = np.split(np.array(found), [len(clothes.x_validation)], axis=1)
    preferred = int(np.argmax([np.mean(p.argmax(axis=1) == clothes.y_validation) for p in validation]))
    single = np.mean(test[preferred].argmax(axis=1) == clothes.y_test)
    together = np.mean(test.mean(axis=0).argmax(axis=1) == clothes.y_test)
    return 100 * float(single), 100 * float(together), time.process_time() - began


def main(seeds: int = 10, *, long: bool = False, data: Path | None = None) -> None:
    """Print the table of the capstone or, with ``long``, of the longer forms."""
    if long:
        longer_forms(data)
        return
    rows = []
    for name, use in (("library", mine), ("a student's, with gaps", WithGaps(PARTS[::2]))):
        results = np.array([told(name, use, seed) for seed in range(seeds)])
        cpu = f"mean {results[:, 2].mean():.1f}, at most {results[:, 2].max():.1f}"
        for which, accuracy in (("best on validation", results[:, 0]), ("mean of three networks", results[:, 1])):
            passed = [f"{int(np.sum(accuracy >= limit))} of {seeds}" for limit in (HUMAN_ACCURACY, ALL_PARTS)]
            spread = f"{accuracy.mean():.1f} ± {accuracy.std():.1f}"
            rows.append([name, which, spread, f"{accuracy.min():.1f}", *passed, cpu])
    columns = ["functions", "network", "test accuracy (%)", "lowest (%)", "≥ 83.5 %", "≥ 85 %", "CPU s per seed"]
    show(f"Capstone, {seeds} seeds", columns, rows)


def told(name: str, use: Use, seed: int) -> tuple[float, float, float]:
    """Run `once` and print its result."""
    single, together, seconds = once(use, seed)
    print(
        f"{name}, seed {seed}: test {single:.1f} %, mean of three networks {together:.1f} %, {seconds:.1f} s of CPU",
        flush=True,
    )
    return single, together, seconds


def longer_forms(data: Path | None) -> None:
    """Run each longer form, and print why a form could not run."""
    rows = []
    at = {"all pictures": data, "CIFAR-10": data / "cifar-10-binary.tar.gz"} if data else {}
    for form in FORMS:
        try:
            reached = longer(mine, form, at=at.get(form))
        except (DatasetError, ModuleNotFoundError) as error:
            print(f"{form} did not run. {error}", flush=True)
            continue
        print(reached, flush=True)
        spread = " ".join(f"{100 * accuracy:.1f}" for accuracy in reached.each)
        rows.append([form, spread, f"{100 * reached.together:.1f}", f"{reached.seconds:.0f}"])
    columns = ["form", "each network (%)", "mean of their probabilities (%)", "CPU (s)"]
    show("Validation accuracy of the longer forms", columns, rows)
