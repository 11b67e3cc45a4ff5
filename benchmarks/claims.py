"""Measurements of the claims of lessons 04, 05 and 09, as mean ± standard deviation over seeds.

python -m benchmarks claims --seeds 20 --lesson 04_architecture,05_preprocessing

A seed draws the data, the initial weights and the order of the examples. `tests/lessons/<slug>/test_experiments.py`
does the same and holds the margins.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from cs231n_lib.contracts import FloatArray
from cs231n_lib.course import mine
from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.lessons.architecture.experiments import digits, fits, folds, overfit, spirals, xor
from cs231n_lib.lessons.architecture.experiments.starts import Starts
from cs231n_lib.lessons.preprocessing.experiments import components, descent, leaks, outliers, pixels, whitening
from cs231n_lib.lessons.training import faults
from cs231n_lib.lessons.training.experiments import borders, search_digits
from cs231n_lib.training import History

Found = Iterator[tuple[str, str]]
"""Pairs of a description and a result."""


def spread(values: ArrayLike, digits: int = 1) -> str:
    """Mean ± standard deviation of the values."""
    return f"{np.mean(values):.{digits}f} ± {np.std(values, ddof=1):.{digits}f}"


def percent(shares: ArrayLike, digits: int = 1) -> str:
    """Mean ± standard deviation of fractions, in per cent."""
    return spread(100 * np.asarray(shares), digits) + " %"


def points(shares: ArrayLike, others: ArrayLike) -> str:
    """Differences of paired fractions in percentage points, and how many are above 0."""
    gained = 100 * (np.asarray(shares) - np.asarray(others))
    return f"{gained.mean():+.1f} ± {gained.std(ddof=1):.1f} points, above 0 in {np.sum(gained > 0)} of {len(gained)}"


def slowly(x: FloatArray) -> FloatArray:
    """Sine with one period on [-1, 1]."""
    return np.sin(np.pi * x)


def fast(x: FloatArray) -> FloatArray:
    """Sine with four periods on [-1, 1]."""
    return np.sin(4 * np.pi * x)


def c14(seeds: Sequence[int]) -> Found:
    """Largest errors of networks built by hand and of trained ones.

    A trained network gives the median over the seeds at the better of two learning rates, with the 10th and 90th
    percentiles.
    """
    run = mine.run()
    fine = np.linspace(-1, 1, 20001)[:, np.newaxis]
    for name, f, slope, eps in (("sin πx", slowly, np.pi, 0.1), ("sin 4πx", fast, 4 * np.pi, np.pi / 8)):
        w1, b1, w2, b2 = run.relu_approximation(f, slope, eps, -1.0, 1.0)
        off, far = (
            np.abs(run.mlp_forward(x, [w1, w2], [b1, b2]) - f(x)).max() for x in (fine, np.array([[-4.0], [4.0]]))
        )
        yield (
            f"{name}, {len(b1)} ReLUs built by hand, ε = {eps:.3g}: largest error on [−1, 1]; error at ±4",
            f"{off:.3f}; {far:.1f}",
        )
    for name, f, widths in (("sin πx", slowly, (8,)), ("sin 4πx", fast, (8, 32, 128))):
        for tanh in (True, False):
            for hidden in widths:
                best = min(
                    (fits.largest_errors(f, hidden, seeds, tanh=tanh, lr=lr) for lr in (0.01, 0.03)),
                    key=lambda errors: float(np.median(errors)),
                )
                low, middle, high = np.quantile(best, (0.1, 0.5, 0.9))
                unit = "tanh" if tanh else "ReLU"
                yield (
                    f"{name}, {hidden} {unit} units trained: largest error, median [10th, 90th percentile]",
                    f"{middle:.3f} [{low:.3f}, {high:.3f}]",
                )


def to_be_found(seeds: Sequence[int]) -> Found:
    """Initialisations that solve XOR, and loops with a bug that overfit 50 images."""
    for hidden in (2, 8):
        relu, tanh = (xor.share_found(hidden, tanh=tanh) for tanh in (False, True))
        yield f"XOR, {hidden} units, solved from 200 initialisations: ReLU, tanh", f"{relu:.0%}, {tanh:.0%}"
    for bug in overfit.BUGS:
        found = [overfit.curve(mine.run(), bug, seed) for seed in seeds]
        last = spread([curve.loss[-1] for curve in found], 3)
        yield (
            f"50 images, {bug}: accuracy on them, on others, final loss",
            f"{percent([c.accuracy for c in found])}, {percent([c.others for c in found])}, {last}",
        )


def c15(seeds: Sequence[int]) -> Found:
    """Fraction of initialisations that learn the sawtooth, and the median error."""
    for n, budget in ((3, 60), (3, 300), (4, 300), (4, 1000)):
        for depth in folds.RATES:
            found = folds.errors(mine.run(), n, budget, depth, seeds)
            said = f"{np.mean(found < folds.LEARNT):.0%} [{np.median(found):.2g}]"
            yield f"{n} folds, {budget} parameters, {depth} hidden layers: learnt [median relative error]", said


def c16(seeds: Sequence[int]) -> Found:
    """Accuracy on two spirals with partly wrong and with right labels."""
    found = {}
    for l2 in (0.0, 0.003, 0.01):
        for width in (4, 8, 16, 64):
            found[width, l2] = [spirals.on_noisy(width, l2, seed)[1] for seed in seeds]
            yield f"wrong labels, {width}-{width}, λ = {l2:g}", percent(found[width, l2])
    for pair in (((64, 0.01), (64, 0.0)), ((64, 0.01), (4, 0.0)), ((64, 0.0), (4, 0.0)), ((64, 0.01), (8, 0.003))):
        (width, l2), (other, without) = pair
        yield f"{width}-{width}, λ = {l2:g}, minus {other}-{other}, λ = {without:g}", points(*(found[p] for p in pair))
    right = [[_rightly_labelled(width, l2, seed) for seed in seeds] for width, l2 in ((64, 0.003), (8, 0.0))]
    yield "right labels, 64-64, λ = 0.003, minus 8-8, λ = 0", points(*right)


def _rightly_labelled(width: int, l2: float, seed: int) -> float:
    data = spirals.noisy(seed)
    network = Starts.draw((2, width, width, 2), [seed])
    network.train(data.x, data.right, 500, spirals.LR, l2)
    return float(network.accuracy(*data.new)[0])


def c17(_: Sequence[int]) -> Found:
    """Final loss from 50 initialisations of each width, and the fraction that stays stuck."""
    for hidden in spirals.WIDTHS:
        losses = spirals.final_losses(hidden, range(50), steps=1000)
        yield f"{hidden} units: final loss, stuck", f"{spread(losses, 4)}, {np.mean(losses > spirals.STUCK):.0%}"
    x, y = spirals.two_arms()
    starts = spirals.many_starts(4, range(50), steps=1000)
    before = starts.losses_and_gradients(x.astype(np.float32), y)[0] > spirals.STUCK
    after = starts.train(x, y, 20_000, 0.01, cosine=True) > spirals.STUCK
    yield "stuck networks with 4 units that are still stuck after 20,000 more steps", f"{np.mean(after[before]):.0%}"


def c37(seeds: Sequence[int]) -> Found:
    """Test accuracy on digits of networks with one to six layers."""
    found = {}
    for hidden in digits.RATES:
        found[hidden] = [digits.by_layers(mine.run(), hidden, seed) for seed in seeds]
        yield f"{hidden + 1} layers", percent(found[hidden])
    for hidden in (2, 3, 5):
        yield f"{hidden + 1} layers minus two", points(found[hidden], found[1])


def c38(seeds: Sequence[int]) -> Found:
    """Accuracy on new digits by width and by depth, with wrong and with right labels."""
    for wrong, examples in ((0.3, 500), (0.0, 500), (0.0, 200)):
        for hidden in (4, 8, 16, 32, 128):
            train, new = digits.by_width(hidden, wrong, seeds, examples)
            yield (
                f"{examples} digits, {wrong:.0%} wrong labels, {hidden} units: new digits [training labels]",
                _new(new, train),
            )
    for hidden in (64, 8):
        for layers in (1, 2, 3, 6):
            train, new = digits.by_width(hidden, 0.0, seeds, 200, layers=layers)
            yield f"200 digits, {layers} hidden layers of {hidden}: new digits [training labels]", _new(new, train)


def _new(new: FloatArray, train: FloatArray) -> str:
    return f"{percent(new)} [{train.mean():.0%}]"


def c05(seeds: Sequence[int]) -> Found:
    """Condition numbers, steps of gradient descent, and the progress of each weight after ten steps."""
    run = mine.run()
    for form in descent.FORMS:
        said = []
        for correlated in (False, True):
            drawn = [descent.houses(np.random.default_rng(seed), correlated) for seed in seeds]
            found = [descent.steps_needed(run, descent.prepared(run, form, x), y) for x, y in drawn]
            said.append(f"{np.median([f.condition for f in found]):.3g}, {np.median([f.steps for f in found]):.3g}")
        yield f"{form}: median κ, steps; the same if larger houses have more rooms", "; ".join(said)
    drawn = [descent.houses(np.random.default_rng(seed)) for seed in seeds]
    ways = [descent.share_of_the_way(descent.prepared(run, "centred", x), y, 10) for x, y in drawn]
    for name, way in zip(descent.FEATURES, np.transpose(ways), strict=True):
        yield f"centred, fraction of the way to the best weight after ten steps, {name}", spread(way, 3)


def c18(_: Sequence[int]) -> Found:
    """Number of components that hold a given fraction of the variance."""
    run = mine.run()
    for name in ("digits", "Fashion-MNIST"):
        variances = [components.variances_of(run, name, control) for control in components.CONTROLS]
        for share in (0.8, 0.9, 0.99):
            counts = [str(run.components_to_keep(v, share)) for v in variances]
            yield (
                f"{name}, components for {share:.0%} of the variance: images, shuffled pixels, noise",
                ", ".join(counts),
            )
        _, holds, cosine = components.mean_image(name)
        yield (
            f"{name}, fraction of the mean square in the mean image, cosine with the first direction",
            f"{holds:.2f}, {cosine:.3f}",
        )
    x = load_fashion_mnist().x_train
    drawn = [x[np.random.default_rng(seed).permutation(len(x))[:50]] for seed in range(20)]
    few = [np.linalg.svd(part - part.mean(axis=0), compute_uv=False) ** 2 for part in drawn]
    yield (
        "50 images of Fashion-MNIST, components for 90% of the variance",
        spread([int(run.components_to_keep(v, 0.9)) for v in few]),
    )


def c36(seeds: Sequence[int]) -> Found:
    """Validation accuracy with pixels in different units."""
    for scaling, rate in pixels.SCALINGS.items():
        yield (
            f"{scaling}, learning rate {rate:g}",
            percent([pixels.accuracy(mine.run(), scaling, seed) for seed in seeds]),
        )
    data = pixels.splits(mine.run(), "0–255, mean image off")
    small = [pixels.final_accuracy(pixels.train(data, 1e-5, seed, divisor=255.0)) for seed in seeds]
    yield "0–255, mean image off, initial weights divided by 255, learning rate 1e-05", percent(small)


def whitened(seeds: Sequence[int]) -> Found:
    """Steps to the target loss, and validation accuracy, with and without whitening."""
    data = whitening.prepared(mine.run())
    for form in whitening.FORMS:
        found = [whitening.curve(data, form, seed) for seed in seeds]
        steps, accuracy = [f.steps for f in found], [f.accuracy[-1] for f in found]
        yield (
            f"{form}: steps to a training loss of {whitening.TARGET:g}, validation accuracy",
            f"{spread(steps)}, {percent(accuracy)}",
        )


def leaked(_: Sequence[int]) -> Found:
    """Validation accuracy with leaked and with fair choices and statistics, over 40 data sets."""
    for k, n in ((10, 50), (10, 100), (10, 1000), (100, 50)):
        found = np.array([leaks.chosen_features(mine.run(), seed, k, n) for seed in range(40)])
        yield f"{k} of 1,000 features, {n} rows: leaked, fair", f"{percent(found[:, 0])}, {percent(found[:, 1])}"
    for name in leaks.SETS:
        both, fair = np.transpose([leaks.leaked_statistics(mine.run(), name, seed) for seed in range(40)])
        yield f"statistics, {name}: leaked minus fair", points(both, fair)


def trained_on_components(seeds: Sequence[int]) -> Found:
    """Validation accuracy of a network on the first K coordinates of Fashion-MNIST."""
    z = components.coordinates(mine.run())
    variances = components.variances_of(mine.run(), "Fashion-MNIST", "the images")
    held = np.cumsum(variances) / variances.sum()
    for k in components.COUNTS:
        yield f"K = {k}, with {100 * held[k - 1]:.0f} % of the variance", percent([z.accuracy(k, s) for s in seeds])


def cross_validated(seeds: Sequence[int]) -> Found:
    """Cross-validated accuracy on coin flips, with features chosen on all rows and inside each fold."""
    for n, chosen, k in (
        (50, 10, 2),
        (50, 10, 5),
        (50, 10, 10),
        (200, 10, 5),
        (1000, 10, 5),
        (50, 100, 5),
        (50, 1000, 5),
    ):
        found = np.array(
            [leaks.cross_validated(mine.run(), np.random.default_rng(s), n, 1000, chosen, k) for s in seeds]
        )
        yield (
            f"{chosen} of 1,000, {n} rows, {k} folds: before, inside",
            f"{percent(found[:, 0])}, {percent(found[:, 1])}",
        )


def outlying(seeds: Sequence[int]) -> Found:
    """Accuracy after training with one outlier, under three scalings."""
    for way in outliers.WAYS:
        for size in (0, 10, 100):
            found = [outliers.accuracy(mine.run(), way, size, seed) for seed in seeds]
            yield f"{way}, outlier at {size} standard deviations", percent(found)


def c26(seeds: Sequence[int]) -> Found:
    """Fraction of runs whose most similar other run has the same kind of fault.

    Two runs are compared by their losses and accuracies alone, each standardised.
    """
    settings = [(kind, setting) for kind, several in faults.SETTINGS.items() for setting in several]
    kinds = np.repeat([kind for kind, _ in settings], len(seeds))
    curves = np.array(
        [
            _curves(setting(np.random.default_rng([seed, i, 26])))
            for i, (_, setting) in enumerate(settings)
            for seed in seeds
        ]
    )
    curves = (curves - curves.mean(axis=0)) / (curves.std(axis=0) + 1e-9)
    distances = ((curves[:, np.newaxis] - curves) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    correct = np.mean(kinds[distances.argmin(axis=1)] == kinds)
    yield (
        f"{len(settings)} settings of {len(faults.KINDS)} kinds, nearest neighbour: fraction correct",
        f"{100 * correct:.1f} %",
    )


def _curves(history: History) -> FloatArray:
    """Logarithms of 60 losses and 12 accuracies of each set, at equal distances along the run."""
    losses = np.log(np.clip(np.nan_to_num(history.loss, nan=1e3, posinf=1e3), 1e-4, 1e3))
    accuracies = [history.train_accuracy, history.validation_accuracy]
    chosen = [losses[np.linspace(0, len(losses) - 1, 60).astype(int)]]
    for values in accuracies:
        found = np.nan_to_num(values) if len(values) else np.zeros(1)
        chosen.append(found[np.linspace(0, len(found) - 1, 12).astype(int)])
    return np.concatenate(chosen)


def c34(seeds: Sequence[int]) -> Found:
    """Accuracy of the settings that five searches of 81 epochs find, trained again."""
    found = [search_digits.short_rounds(mine.run(), seed) for seed in seeds]
    columns = {name: np.array([one[name] for one in found]) for name in search_digits.SHORT}
    for name, values in columns.items():
        said = f"{percent(values)} [{100 * np.median(values):.1f}, {100 * values.min():.1f}]"
        yield f"81 epochs, {name}: mean [median, lowest]", said
    first, *others = columns
    for name in others:
        yield f"81 epochs, {first} minus {name}", points(columns[first], columns[name])


def on_the_border(seeds: Sequence[int]) -> Found:
    """Searches whose best value lies within a margin of an end, and best accuracies of a short and a wide range."""
    run = mine.run()
    near = np.array([borders.narrowed(run, borders.NEAR, seed)[1] for seed in seeds])
    for margin, (rate, penalty) in zip(borders.MARGINS, borders.warned(near), strict=True):
        said = ", ".join(f"{100 * p:.0f} ± {100 * np.sqrt(p * (1 - p) / len(seeds)):.0f} %" for p in (rate, penalty))
        yield f"margin {margin}: warnings for the learning rate, for λ (± standard error)", said
    for what, ends in (("far below the best rates", borders.SHORT), ("far above them", borders.WIDE)):
        found = [borders.narrowed(run, ends, seed) for seed in seeds]
        yield f"range that ends {what}: best accuracy", percent([best for best, _ in found])
        yield f"range that ends {what}: warnings", f"{100 * np.mean([place[0] > 0.95 for _, place in found]):.0f} %"


def c35(seeds: Sequence[int]) -> Found:
    """Best accuracy so far of a search by Parzen ratio and of random search, and after training again."""
    for what, problem in search_digits.PROBLEMS.items():
        found = [search_digits.by_model(mine.run(), problem, seed) for seed in seeds]
        model, drawn = (np.array([one[name][0] for one in found]) for name in search_digits.BY_MODEL)
        for after in (8, 16, 24):
            both = model[:, after - 1], drawn[:, after - 1]
            yield f"{what}, best after {after}: {', '.join(search_digits.BY_MODEL)}", ", ".join(map(percent, both))
            yield f"{what}, best after {after}, model minus random", points(*both)
        again = [np.array([one[name][1] for one in found]) for name in search_digits.BY_MODEL]
        yield f"{what}, trained again", ", ".join(map(percent, again))
        yield f"{what}, trained again, model minus random", points(*again)


CLAIMS: dict[str, dict[str, Callable[[Sequence[int]], Iterable[tuple[str, str]]]]] = {
    "04_architecture": {
        "C14": c14,
        "found": to_be_found,
        "C15": c15,
        "C16": c16,
        "C17": c17,
        "C37": c37,
        "C38": c38,
    },
    "05_preprocessing": {
        "C05": c05,
        "C18": c18,
        "C36": c36,
        "whitening": whitened,
        "leaks": leaked,
        "components": trained_on_components,
        "folds": cross_validated,
        "outliers": outlying,
    },
    "09_training": {
        "C26": c26,
        "C34": c34,
        "border": on_the_border,
        "C35": c35,
    },
}


def main(folders: Sequence[str], seeds: int = 20) -> None:
    """Print a table of the results, and the CPU time of each claim."""
    if missing := [folder for folder in folders if folder not in CLAIMS]:
        raise SystemExit(f"No claims of {', '.join(missing)} are measured here. Choose from {', '.join(CLAIMS)}.")
    for folder in folders:
        print(f"| {folder} | | {seeds} seeds |\n|---|---|---|")
        for claim, measure in CLAIMS[folder].items():
            began = time.process_time()
            for what, said in measure(range(seeds)):
                print(f"| {claim} | {what} | {said} |", flush=True)
            print(f"| {claim} | CPU | {time.process_time() - began:.0f} s |", flush=True)
