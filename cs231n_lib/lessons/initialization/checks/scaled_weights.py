"""An exercise on random weights whose spread fits the layer."""

from collections.abc import Callable

from numpy.random import Generator

from cs231n_lib.checks import Exercise, Function, Property, Wrong

from . import references
from .random_weights import LIBRARY, from_rng, require_matrix, require_spread

RULES: dict[str, Callable[[int, int], float]] = {
    "scaled": lambda fan_in, fan_out: (1 / fan_in) ** 0.5,
    "glorot": lambda fan_in, fan_out: (2 / (fan_in + fan_out)) ** 0.5,
    "he": lambda fan_in, fan_out: (2 / fan_in) ** 0.5,
}


def _rule(name: str) -> Callable[..., None]:
    def test(call: Function, rng: Generator) -> None:
        for fan_in, fan_out in ((200, 300), (400, 150)):
            weights = call(fan_in, fan_out, rng)
            if not isinstance(weights, dict):
                raise Wrong("what comes back is no dictionary: return one with the keys scaled, glorot and he")
            if name not in weights:
                raise Wrong(f"the dictionary has no entry `{name}`", f"its keys are {', '.join(map(str, weights))}")
            require_matrix(f"`{name}`", weights[name], fan_in, fan_out)
            require_spread(f"`{name}`", weights[name], RULES[name](fan_in, fan_out))

    return test


scaled_weights = Exercise(
    references.scaled_weights,
    points=10,
    minutes=12,
    difficulty=2,
    forbidden=LIBRARY,
    checks=(
        *(Property(f"{name}: shape and spread", 3, _rule(name)) for name in RULES),
        Property("Drawn from rng", 1, from_rng),
    ),
    slips="""
        shape of the notes
            (fan_in, fan_out) → (fan_out, fan_in)
            rows and columns are exchanged: w is (fan_in, fan_out), for x @ w.
        fan-out for fan-in
            1 / fan_in → 1 / fan_out
            2 / fan_in → 2 / fan_out
            you divide by fan_out. An output is a sum over its *inputs*: their number makes it large.
        root missing
            np.sqrt(1 / fan_in) → 1 / fan_in
            np.sqrt(2 / (fan_in + fan_out)) → 2 / (fan_in + fan_out)
            np.sqrt(2 / fan_in) → 2 / fan_in
            this is the variance, and `rng.normal` takes its root, the standard deviation.
        root of the 2 only, Glorot
            np.sqrt(2 / (fan_in + fan_out)) → np.sqrt(2) / (fan_in + fan_out)
            √2/(in + out) is not √(2/(in + out)): the root belongs around all of it.
        root of the 2 only, He
            np.sqrt(2 / fan_in) → np.sqrt(2) / fan_in
            √2/fan_in is not √(2/fan_in): the root belongs around all of it.
        brackets of the sum
            (fan_in + fan_out) → fan_in + fan_out
            `2 / fan_in + fan_out` divides by fan_in alone: put the sum in brackets.
        product of the fans
            fan_in + fan_out → fan_in * fan_out
            `glorot` divides by the product of both fans. It is their sum: 2/(fan_in + fan_out).
        mean of the two variances
            2 / (fan_in + fan_out) → (1 / fan_in + 1 / fan_out) / 2
            `glorot` has the mean of both rules. Its variance is 1 over the mean of both *fans*: 2/(in + out).
        limit of uniform draws
            2 / (fan_in + fan_out) → 6 / (fan_in + fan_out)
            √(6/(in + out)) is how far Glorot's *uniform* draws reach. Normal ones deviate by √(2/(in + out)).
        scaled and he exchanged
            1 / fan_in → 2 / fan_in
            "he": rng.normal(0, np.sqrt(2 / fan_in) → "he": rng.normal(0, np.sqrt(1 / fan_in)
            `scaled` and `he` are exchanged: the 2 belongs to He, who makes up for the half that ReLU takes.
        whole numbers divided
            1 / fan_in → 1 // fan_in
            2 / (fan_in + fan_out) → 2 // (fan_in + fan_out)
            2 / fan_in → 2 // fan_in
            `//` divides whole numbers and leaves 0. Write `/`.
        no seed
            shape = (fan_in, fan_out) → shape, rng = (fan_in, fan_out), np.random.default_rng()
            the draws do not come from `rng`, so nobody can repeat your run. Not `np.random…` but `rng.normal`.
        generator of its own
            shape = (fan_in, fan_out) → shape, rng = (fan_in, fan_out), np.random.default_rng(0)
            a generator made inside the function begins anew in each call, so all layers get the same weights. Draw
            from the `rng` you are given.
        divided by the deviation
            1 / fan_in → fan_in
            2 / (fan_in + fan_out) → (fan_in + fan_out) / 2
            2 / fan_in → fan_in / 2
            you divide by the standard deviation. Draws of deviation 1 are *multiplied* by the one they should have.
        half for double
            2 / fan_in → 1 / (2 * fan_in)
            `he` is half where it should be double: ReLU loses half of the signal, so the weights must be *larger*.
        2 outside the root
            np.sqrt(2 / fan_in) → 2 / np.sqrt(fan_in)
            `he` has *variance* 2/fan_in, so the 2 belongs under the root.
        sum for mean
            2 / (fan_in + fan_out) → 1 / (fan_in + fan_out)
            `glorot` divides by the *mean* of both fans, (in + out)/2; its variance is 2/(in + out).
        number of weights
            1 / fan_in → 1 / (fan_in * fan_out)
            2 / fan_in → 2 / (fan_in * fan_out)
            you divide by the number of all weights. One output sums over fan_in of them only.
    """,
)
