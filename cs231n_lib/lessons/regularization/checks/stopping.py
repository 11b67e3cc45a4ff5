"""The exercise on early stopping: keep the best epoch, and know when to stop."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Values, case
from cs231n_lib.contracts import FloatArray

from . import references


def _bowls(rng: Generator) -> Iterator[Case]:
    for best, length, patience in ((6, 15, 3), (3, 12, 2)):
        losses = 1 + 0.1 * np.abs(np.arange(length) - best) + rng.uniform(0, 0.04, length)
        yield case(f"falls until epoch {best}, then rises; patience {patience}", losses, patience)


def _bumps(rng: Generator) -> Iterator[Case]:
    shift = rng.uniform(0, 0.05)
    bumpy = np.array([9, 7, 8, 7.5, 6, 6.5, 5, 5.5, 5.2, 5.1, 5.3, 2]) + shift
    yield case("bumps on the way, and a better one too late", bumpy, 4)
    yield case("bumps on the way, more patience", bumpy, 5)


def _ends(rng: Generator) -> Iterator[Case]:
    falling = np.sort(rng.uniform(1, 2, 8))[::-1].copy()
    yield case("falls to the end", falling, 3)
    yield case("rises from the start", falling[::-1].copy(), 2)
    yield case("the end comes before patience is lost", np.array([3.0, 2.0, 2.5, 2.4]) + rng.uniform(0, 0.1), 3)
    yield case("a tie with the best is not better", np.array([3.0, 2.0, 2.0, 2.0, 1.0]), 2)


def _stopped(
    better: Callable[[FloatArray, int, int], Any] = lambda losses, epoch, best: losses[epoch] < losses[best],
    enough: Callable[[int, int, int, int], Any] = lambda epoch, best, bad, patience: epoch - best >= patience,
    result: Callable[[FloatArray, int, int], Any] = lambda losses, best, epoch: (best, epoch),
) -> Callable[[FloatArray, int], Any]:
    """Early stopping with one part changed: what is better, when it is enough, and what is returned."""

    def implementation(losses: FloatArray, patience: int) -> Any:
        best = bad = 0
        for epoch in range(1, len(losses)):
            if better(losses, epoch, best):
                best = epoch
            else:
                bad += 1
                if enough(epoch, best, bad, patience):
                    return result(losses, best, epoch)
        return result(losses, best, len(losses) - 1)

    return implementation


def _least_of_all(losses: FloatArray, patience: int) -> Any:
    best = int(np.argmin(losses))
    return best, min(best + patience, len(losses) - 1)


def _best_and_patience(losses: FloatArray, patience: int) -> Any:
    best, _ = _stopped()(losses, patience)
    return best, best + patience


def _at_the_end(result: Callable[[int, int], Any]) -> Callable[[FloatArray, int], Any]:
    """Right where patience runs out; elsewhere ``result(best, E)``."""

    def implementation(losses: FloatArray, patience: int) -> Any:
        best, last = _stopped()(losses, patience)
        return (best, last) if last - best >= patience else result(best, len(losses))

    return implementation


def _reset_by_any_fall(losses: FloatArray, patience: int) -> Any:
    best = bad = 0
    for epoch in range(1, len(losses)):
        best = epoch if losses[epoch] < losses[best] else best
        bad = 0 if losses[epoch] < losses[epoch - 1] else bad + 1
        if bad == patience:
            return best, epoch
    return best, len(losses) - 1


def _first_epoch_counted(losses: FloatArray, patience: int) -> Any:
    best = bad = 0
    for epoch in range(len(losses)):
        best, bad = (epoch, 0) if losses[epoch] < losses[best] else (best, bad + 1)
        if bad == patience:
            return best, epoch
    return best, len(losses) - 1


early_stopping = Exercise(
    references.early_stopping,
    points=7,
    minutes=15,
    difficulty=3,
    checks=(
        Values("One valley", 3, _bowls),
        Values("Bumps on the way", 2, _bumps),
        Values("Never, at once, at the very end, ties", 2, _ends),
    ),
    mistakes=(
        Mistake(
            "looks into the future",
            _stopped(result=lambda losses, best, epoch: (int(np.argmin(losses)), epoch)),
            "the best of *all* epochs is returned; but training has ended before some of them. Take the best so far.",
        ),
        Mistake(
            "least of all losses",
            _least_of_all,
            "the least of *all* losses is no help: training has ended before some of them. Go through the epochs, with "
            "the best so far.",
        ),
        Mistake(
            "compared with the first epoch",
            _stopped(better=lambda losses, epoch, best: losses[epoch] < losses[0]),
            "each loss is compared with the first one. Where a new best comes, its loss must be remembered as well.",
        ),
        Mistake(
            "best loss begins at 0",
            lambda losses, patience: (0, min(patience, len(losses)) - 1),
            "no epoch counts as better than the first. Does your best loss begin at 0? No loss is below that: begin "
            "with the first loss, or with infinity.",
        ),
        Mistake(
            "never better than the first",
            lambda losses, patience: (0, min(patience, len(losses) - 1)),
            "no epoch counts as better than the first. Does your best loss begin at 0? No loss is below that: begin "
            "with the first loss, or with infinity.",
        ),
        Mistake(
            "epoch 0 counted",
            _first_epoch_counted,
            "epoch 0 is counted as one without a new best. It is the best so far: the count after it is 0.",
        ),
        Mistake(
            "last for best",
            _stopped(result=lambda losses, best, epoch: (epoch, epoch)),
            "you return the last epoch twice. The point of waiting is to go *back* to the best one.",
        ),
        Mistake(
            "best for last",
            _stopped(result=lambda losses, best, epoch: (best, best)),
            "you return the best epoch twice. The second value is the epoch after which training stops.",
        ),
        Mistake(
            "the other way round",
            _stopped(result=lambda losses, best, epoch: (epoch, best)),
            "the two are exchanged: first the best epoch, then the last.",
        ),
        Mistake(
            "loss for epoch",
            _stopped(result=lambda losses, best, epoch: (losses[best], epoch)),
            "the first value is the best *loss*; asked is the number of its epoch.",
        ),
        Mistake(
            "counted from 1",
            _stopped(result=lambda losses, best, epoch: (best + 1, epoch + 1)),
            "both are too large by one: epochs are counted from 0.",
        ),
        Mistake(
            "return within the loop",
            lambda losses, patience: (0, len(losses) - 1),
            "the loop ends in its first round: does the last `return` stand inside it? Move it out by one indentation.",
        ),
        Mistake(
            "nothing at the end",
            _at_the_end(lambda best, epochs: None),
            "where patience never runs out the loop ends without a `return`: then `last` is the last epoch, E − 1.",
        ),
        Mistake(
            "E for the last epoch",
            _at_the_end(lambda best, epochs: (best, epochs)),
            "where patience never runs out `last` is one too many: of E epochs, counted from 0, the last is E − 1.",
        ),
        Mistake(
            "compared with the epoch before",
            _stopped(better=lambda losses, epoch, best: losses[epoch] < losses[epoch - 1]),
            "each loss is compared with the one before. After a bump that lets worse ones count as better: compare "
            "with the best so far.",
        ),
        Mistake(
            "one epoch too many",
            _stopped(enough=lambda epoch, best, bad, patience: epoch - best > patience),
            "one epoch more than `patience` is waited: stop when so many are done, `>=`.",
        ),
        Mistake(
            "one epoch too few",
            _stopped(enough=lambda epoch, best, bad, patience: epoch - best >= patience - 1),
            "training stops one epoch too soon: `patience` epochs without a new best come *after* the best one.",
        ),
        Mistake(
            "best + patience",
            _best_and_patience,
            "the losses may end before patience does: `last` cannot be beyond E − 1.",
        ),
        Mistake(
            "best counted back from last",
            _at_the_end(lambda best, epochs: (epochs - 1, epochs - 1)),
            "where patience never runs out the best epoch need not be the last one: remember it on the way.",
        ),
        Mistake(
            "count not reset",
            _stopped(enough=lambda epoch, best, bad, patience: bad >= patience),
            "all epochs without a better loss are counted, even before the best one. After each new best the count "
            "starts from 0.",
        ),
        Mistake(
            "count reset by any fall",
            _reset_by_any_fall,
            "the count starts anew whenever the loss falls, even where that is no new best. Only a new best resets it.",
        ),
        Mistake(
            "a tie counts as better",
            _stopped(better=lambda losses, epoch, best: losses[epoch] <= losses[best]),
            "an equal loss counts as a better one, so a plateau is never left. Compare with `<`.",
        ),
        Mistake(
            "stops at the first rise",
            _stopped(enough=lambda epoch, best, bad, patience: True),
            "you stop at the first epoch that is no better: `patience` is not used.",
        ),
    ),
)
