"""The exercise on early stopping: keep the best epoch, and know when to stop."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Values, case

from . import references


def _bowls(rng: Generator) -> Cases:
    for best, length, patience in ((6, 15, 3), (3, 12, 2)):
        losses = 1 + 0.1 * np.abs(np.arange(length) - best) + rng.uniform(0, 0.04, length)
        yield case(f"falls until epoch {best}, then rises; patience {patience}", losses, patience)


def _bumps(rng: Generator) -> Cases:
    bumpy = np.array([9, 7, 8, 7.5, 6, 6.5, 5, 5.5, 5.2, 5.1, 5.3, 2]) + rng.uniform(0, 0.05)
    yield case("bumps on the way, and a better one too late", bumpy, 4)
    yield case("bumps on the way, more patience", bumpy, 5)
    yield case("up at first, above the start", np.array([5, 6, 5.5, 4, 4.5, 4.2, 4.1, 4.3]) + rng.uniform(0, 0.05), 3)


def _ends(rng: Generator) -> Cases:
    falling = np.sort(rng.uniform(1, 2, 8))[::-1].copy()
    yield case("falls to the end", falling, 3)
    yield case("rises from the start", falling[::-1].copy(), 2)
    yield case("the end comes before patience is lost", np.array([3.0, 2.0, 2.5, 2.4]) + rng.uniform(0, 0.1), 3)
    yield case("large losses", 1e9 * np.array([6.0, 5.0, 7.0, 8.0]) + rng.uniform(0, 1), 1)
    yield case("a single epoch", rng.uniform(1, 2, 1), 2)


def _ties(rng: Generator) -> Cases:
    loss = rng.uniform(2, 3)
    yield case("a tie with the best is not better", np.array([loss + 1, loss, loss, loss, loss - 1]), 2)
    yield case("a tie at the start", np.array([loss, loss, loss + 1, loss + 0.5]), 3)
    yield case("each epoch better by 1e-9", loss - 1e-9 * np.arange(5), 1)


early_stopping = Exercise(
    references.early_stopping,
    points=9,
    minutes=15,
    difficulty=3,
    importance="core",
    checks=(
        Values("One valley", 3, _bowls),
        Values("Bumps on the way", 2, _bumps),
        Values("Never, at once, at the very end", 2, _ends),
        Values("Ties, and tiny gains", 1, _ties),
    ),
    slips="""
        looks into the future
            return best, → return int(np.argmin(losses)),
            the best of *all* epochs is returned; but training has ended before some of them. Take the best so far.
        least of all losses
            best = last = 0 → best = int(np.argmin(losses)) ⏎ return best, min(best + patience, len(losses) - 1)
            the least of *all* losses is no help: training has ended before some of them. Go through the epochs, with
            the best so far.
        compared with the first epoch
            losses[best] → losses[0]
            each loss is compared with the first one. Where a new best comes, its loss must be remembered as well.
        largest loss
            loss < losses[best] → loss > losses[best]
            a *larger* loss counts as better: compare with `<`.
        best loss begins at 0
            losses[best] → 0
            >= patience → >= patience - 1
            no epoch counts as better than the first. Does your best loss begin at 0? No loss is below that: begin with
            the first loss, or with infinity.
        never better than the first
            losses[best] → 0
            no epoch counts as better than the first. Does your best loss begin at 0? No loss is below that: begin with
            the first loss, or with infinity.
        epoch 0 counted
            last - best >= → last - best + (best == 0) >=
            epoch 0 is counted as one without a new best. It is the best so far: the count after it is 0.
        last for best
            return best, → return last,
            you return the last epoch twice. The point of waiting is to go *back* to the best one.
        best for last
            return best, last → return best, best
            you return the best epoch twice. The second value is the epoch after which training stops.
        the other way round
            return best, last → return last, best
            the two are exchanged: first the best epoch, then the last.
        loss for epoch
            return best, → return losses[best],
            the first value is the best *loss*; asked is the number of its epoch.
        counted from 1
            return best, last → return best + 1, last + 1
            both are too large by one: epochs are counted from 0.
        return within the loop
            enumerate(losses): → enumerate(losses): ⏎     return 0, len(losses) - 1
            the loop ends in its first round: is the last `return` inside it? Move it out by one indentation.
        nothing at the end
            return best, last → if last - best >= patience: ⏎     return best, last
            where patience never runs out the loop ends without a `return`: then `last` is the last epoch, E − 1.
        E for the last epoch
            return best, last → return best, last if last - best >= patience else len(losses)
            where patience never runs out `last` is one too many: of E epochs, counted from 0, the last is E − 1.
        compared with the epoch before
            losses[best] → losses[last - 1]
            each loss is compared with the one before. After a bump that lets worse ones count as better: compare with
            the best so far.
        one epoch too many
            >= patience → > patience
            one epoch more than `patience` is waited: stop when so many are done, `>=`.
        one epoch too few
            >= patience → >= patience - 1
            training stops one epoch too soon: `patience` epochs without a new best come *after* the best one.
        best + patience
            return best, last → return best, best + patience
            the losses may end before patience does: `last` cannot be beyond E − 1.
        last − patience
            return best, → return last - patience,
            the best epoch is `last - patience` only where patience has run out: remember it on the way.
        best counted back from last
            return best, → return best if last - best >= patience else last,
            where patience never runs out the best epoch need not be the last one: remember it on the way.
        count not reset
            best = last = 0 → best = last = bad = 0
            last - best >= patience → (bad := bad + (last > 0)) >= patience
            all epochs without a better loss are counted, even before the best one. After each new best the count starts
            from 0.
        count reset by any fall
            best = last = 0 → best = last = bad = 0
            if loss → bad = bad + 1 if last and loss >= losses[last - 1] else 0 ⏎ if loss
            last - best >= patience → bad >= patience
            the count starts anew whenever the loss falls, even where that is no new best. Only a new best resets it.
        a tie counts as better
            loss < → loss <=
            an equal loss counts as a better one, so a plateau is never left. Compare with `<`.
        small gains ignored
            losses[best] → losses[best] - 1e-4
            a loss that is better by very little does not count: every loss *below* the best is a new best here.
        stops at the first rise
            last - best >= patience → last > 0
            you stop at the first epoch that is no better: `patience` is not used.
    """,
)
