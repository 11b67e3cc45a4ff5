"""Exercise on early stopping."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Values, case
from cs231n_lib.contracts import FloatArray

from . import references


def _after_a_fall(rng: Generator, losses: FloatArray) -> FloatArray:
    """Losses after a drawn number of epochs in which they fall, so that a seed does not tell the results of another."""
    before = losses.max() + np.arange(1.0, rng.integers(2, 14))[::-1]
    return np.concatenate([before, losses])


def _bowls(rng: Generator) -> Cases:
    for least, patience in ((5, 3), (2, 2)):
        best = least + int(rng.integers(8))
        length = best + patience + 6
        losses = 1 + 0.1 * np.abs(np.arange(length) - best) + rng.uniform(0, 0.04, length)
        yield case(f"falls until epoch {best} and then rises, patience {patience}", losses, patience)


def _bumps(rng: Generator) -> Cases:
    rises = np.array([9, 7, 8, 7.5, 6, 6.5, 5, 5.5, 5.2, 5.1, 5.3, 2]) + rng.uniform(0, 0.05)
    bumpy = _after_a_fall(rng, rises)
    yield case("several rises, and a better loss after training has stopped", bumpy, 4)
    yield case("several rises, more patience", bumpy, 5)
    yield case(
        "rises at first, above the initial loss", np.array([5, 6, 5.5, 4, 4.5, 4.2, 4.1, 4.3]) + rng.uniform(0, 0.05), 3
    )


def _ends(rng: Generator) -> Cases:
    falling = np.sort(rng.uniform(1, 2, rng.integers(7, 22)))[::-1].copy()
    yield case("falls until the end", falling, 3)
    yield case("rises from the start", falling[::-1].copy(), 2)
    yield case("the losses end before patience runs out", np.array([3.0, 2.0, 2.5, 2.4]) + rng.uniform(0, 0.1), 3)
    yield case("large losses", 1e9 * np.array([6.0, 5.0, 7.0, 8.0]) + rng.uniform(0, 1), 1)
    yield case("a single epoch", rng.uniform(1, 2, 1), 2)


def _ties(rng: Generator) -> Cases:
    loss = rng.uniform(2, 3)
    tied = np.array([loss + 1, loss, loss, loss, loss - 1])
    yield case("a tie with the best loss", _after_a_fall(rng, tied), 2)
    yield case("a tie at the start", np.array([loss, loss, loss + 1, loss + 0.5]), 3)
    yield case("a tie with a best loss of 0", np.array([loss, 0.0, 0.0, 0.4 * loss, 0.3 * loss, 0.2 * loss]), 3)
    yield case("each loss lower by 1e-9", loss - 1e-9 * np.arange(5), 1)


early_stopping = Exercise(
    references.early_stopping,
    points=9,
    minutes=15,
    difficulty=3,
    covers="tie huge one smallest repeated sorted reversed",
    importance="core",
    examples_rows=("Losses with several minima",),
    checks=(
        Values("Losses with one minimum", 3.25, _bowls, central=True),
        Values("Losses with several minima", 2.25, _bumps, central=True),
        Values("Losses that only fall, only rise or end early", 1.5, _ends),
        Values("Ties and tiny improvements", 1, _ties),
    ),
    slips="""
        looks into the future
            return best, → return int(np.argmin(losses)),
            you return the best of *all* epochs, although training may stop before that epoch. Return the best epoch up
            to the stop.
        smallest of all losses
            best = last = 0 → best = int(np.argmin(losses)) ⏎ return best, min(best + patience, len(losses) - 1)
            you take the smallest of *all* losses, although training may stop before the epoch of that loss. Go through
            the epochs in order, keep the best one so far, and stop after `patience` epochs in a row without a new best.
        compared with the first epoch
            losses[best] → losses[0]
            you compare each loss with the first one. Compare it with the best loss so far.
        largest loss
            loss < losses[best] → loss > losses[best]
            you treat a *larger* loss as better. Count a loss as better only if it is *below* the best loss so far.
        best loss begins at 0
            losses[best] → 0
            >= patience → >= patience - 1
            your code finds no epoch better than the first, perhaps because you initialise the best loss to 0.
            Initialise it to infinity, so that epoch 0 counts as a new best.
        never better than the first
            losses[best] → 0
            your code finds no epoch better than the first, perhaps because you initialise the best loss to 0.
            Initialise it to the first loss.
        epoch 0 counted
            last - best >= → last - best + (best == 0) >=
            you count epoch 0 as an epoch without a new best. Start counting at epoch 1, because epoch 0 is the best one
            at first.
        last for best
            return best, → return last,
            you return the last epoch twice. As the first value, return the best epoch, because early stopping goes
            *back* to it.
        best for last
            return best, last → return best, best
            you return the best epoch twice. As the second value, return the epoch after which training stops.
        the other way round
            return best, last → return last, best
            you return the two epochs in the wrong order. Return the best epoch first and the last epoch second.
        loss for epoch
            return best, → return losses[best],
            your first value is the best *loss*. Return the number of its epoch.
        counted from 1
            return best, last → return best + 1, last + 1
            both of your values are too large by 1. Count the epochs from 0.
        return within the loop
            enumerate(losses): → enumerate(losses): ⏎     return 0, len(losses) - 1
            you return 0 and E − 1 for all losses, perhaps because the last `return` is inside the loop. Move this
            `return` out of the loop.
        nothing at the end
            return best, last → if last - best >= patience: ⏎     return best, last
            your function returns nothing if patience never runs out. In that case, return the best epoch and E − 1, the
            last epoch.
        E for the last epoch
            return best, last → return best, last if last - best >= patience else len(losses)
            you return E as `last` if patience never runs out. Return E − 1, because the E epochs are counted from 0.
        compared with the epoch before
            losses[best] → losses[last - 1]
            you compare each loss with the previous one, so a loss after a bump can seem better than the best. Compare
            each loss with the best one so far.
        compared with patience epochs ago
            if loss < → if last >= patience and loss >= losses[last - patience]: ⏎     break ⏎ if loss <
            last - best >= patience → False
            you compare each loss with the one `patience` epochs earlier. Compare it with the best loss so far, and stop
            after `patience` epochs in a row without a new best.
        one epoch too many
            >= patience → > patience
            you wait one epoch longer than `patience`. Stop after exactly `patience` epochs in a row without a new best,
            perhaps with `>=` in place of `>`.
        one epoch too few
            >= patience → >= patience - 1
            you stop training one epoch too early. Wait for `patience` epochs *after* the best one.
        best + patience
            return best, last → return best, best + patience
            you return `best + patience` even if the losses end before that epoch. Return at most E − 1 as `last`.
        last epoch left out
            return best, → return int(np.argmin(losses[: max(last, 1)])),
            you look for the best epoch only among those *before* `last`. Include the last epoch, which may be the best
            if patience never runs out.
        last − patience
            return best, → return last - patience,
            you return `last - patience` as the best epoch, which is right only if patience has run out. Remember the
            best epoch in the loop.
        last − patience, at least 0
            return best, → return max(last - patience, 0),
            you return `last - patience` as the best epoch, which is right only if patience has run out. Remember the
            best epoch in the loop.
        last for best if patience never runs out
            return best, → return best if last - best >= patience else last,
            you return the last epoch as the best one if patience never runs out. Remember the best epoch in the loop,
            because it need not be the last.
        count not reset
            best = last = 0 → best = last = bad = 0
            last - best >= patience → (bad := bad + (last > 0)) >= patience
            you count all epochs without a new best, even those before the best epoch. Reset the count to 0 at each new
            best.
        count reset by any fall
            best = last = 0 → best = last = bad = 0
            if loss → bad = bad + 1 if last and loss >= losses[last - 1] else 0 ⏎ if loss
            last - best >= patience → bad >= patience
            you reset the count whenever the loss falls, even if it does not fall below the best one. Reset the count
            only at a new best.
        a tie counts as better
            loss < → loss <=
            you treat an equal loss as a new best, so training never stops on a plateau. Count a loss as better only if
            it is *below* the best loss so far.
        small gains ignored
            losses[best] → losses[best] - 1e-4
            you ignore a loss that is only slightly better. Treat every loss *below* the best one as a new best.
        stops at the first rise
            last - best >= patience → last > 0
            you stop at the first epoch without a new best, whatever `patience` is. Wait for `patience` such epochs in a
            row.
    """,
)
