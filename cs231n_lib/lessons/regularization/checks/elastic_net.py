"""The exercise on the elastic net, which mixes L1 and L2."""

from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Exercise, Property, Values, case
from cs231n_lib.functions import regularizers

from .penalties import away_from_zero, require_gradient_of_penalty


def _mixtures(rng: Generator) -> Cases:
    for shape, strength, l1_ratio in (((5,), 0.3, 0.25), ((3, 4), 1.7, 0.6)):
        yield case(f"λ = {strength}, ρ = {l1_ratio}", away_from_zero(rng, shape), strength, l1_ratio)


def _ends(rng: Generator) -> Cases:
    yield case("ρ = 1: L1 alone", away_from_zero(rng, (4,)), 0.7, 1.0)
    yield case("ρ = 0: L2 alone", away_from_zero(rng, (4,)), 0.7, 0.0)


def _with_zeros(rng: Generator) -> Cases:
    w = away_from_zero(rng, (3, 3))
    w[1] = 0
    yield case("three weights of exactly 0", w, 0.7, 0.4)


def _is_own_mixed_gradient(call: Caller, rng: Generator) -> None:
    require_gradient_of_penalty(call, away_from_zero(rng, (2, 3)), 0.6, 0.3)


elastic_net = Exercise(
    regularizers.elastic_net,
    points=8,
    minutes=15,
    difficulty=2,
    forbidden=(regularizers.l1, regularizers.l2),
    checks=(
        Values("Penalty and gradient", 4, _mixtures),
        Values("Its two ends: L1 alone, and L2 alone", 2, _ends),
        Values("At exactly 0 the gradient is 0", 1, _with_zeros),
        Property("The gradient is that of the penalty beside it", 2, _is_own_mixed_gradient),
    ),
    slips="""
        as in the summary
            strength * l1_ratio, strength * (1 - l1_ratio) → l1_ratio, 1 - l1_ratio
            0.5 * l2_share → l2_share
            + l2_share * w → + 2 * l2_share * w
            this is the summary's formula, without λ and without the ½: at ρ = 1 your function must be the `l1` of
            exercise 2, at ρ = 0 the `l2` of exercise 1.
        without the ½
            0.5 * l2_share → l2_share
            + l2_share * w → + 2 * l2_share * w
            the L2 part lacks its ½, as in the summary: at ρ = 0 your function must be the `l2` of exercise 1.
        without the strength
            strength * l1_ratio, strength * (1 - l1_ratio) → l1_ratio, 1 - l1_ratio
            λ is not used: ρ mixes the two, and λ says how strong the mixture is.
        mixed the other way round in the gradient
            l1_share * np.sign(w) + l2_share * w → l2_share * np.sign(w) + l1_share * w
            the penalty is right; in the gradient the shares are exchanged: λρ goes with sign(w), λ(1 − ρ) with w.
        mixed the other way round
            strength * l1_ratio, strength * (1 - l1_ratio) → strength * (1 - l1_ratio), strength * l1_ratio
            the two are exchanged: `l1_ratio` is the share of *L1*, and L2 gets what is left, 1 − ρ.
        strength on L1 only
            strength * (1 - l1_ratio) → 1 - l1_ratio
            the strength multiplies the L1 part only: it belongs to both.
        strength on L1 only, in the penalty
            0.5 * l2_share → 0.5 * (1 - l1_ratio)
            in the penalty λ multiplies the L1 part only: it belongs to both.
        gradient without the strength
            penalty, l1_share * np.sign(w) + l2_share * w → penalty, l1_ratio * np.sign(w) + (1 - l1_ratio) * w
            the gradient lacks λ, which multiplies the whole mixture.
        share of L1 for both
            strength * (1 - l1_ratio) → strength * l1_ratio
            both parts get the share ρ: that of L2 is what is left, 1 − ρ.
        share of L1 for both, in the gradient
            + l2_share * w → + l1_share * w
            in the gradient both parts get the share ρ: that of L2 is what is left, 1 − ρ.
        L2 at full strength
            strength * (1 - l1_ratio) → strength
            the L2 part is not reduced: its share is 1 − ρ, so that at ρ = 1 L1 is left alone.
        ½ on both
            penalty = l1_share → penalty = 0.5 * l1_share
            penalty, l1_share → penalty, 0.5 * l1_share
            the ½ is in front of both parts: it belongs to the squares alone.
        gradient of L2 twice too large
            + l2_share * w → + 2 * l2_share * w
            the 2 that comes down from the square cancels the ½: the gradient of the L2 part is λ(1 − ρ)w.
        ½ kept in the gradient
            + l2_share * w → + 0.5 * l2_share * w
            the 2 of the square cancels the ½, so the gradient has none: its L2 part is λ(1 − ρ)w.
        ½ missing in the penalty
            0.5 * l2_share → l2_share
            in the penalty the squares lack their ½.
        ½ on both in the penalty
            penalty = l1_share → penalty = 0.5 * l1_share
            in the penalty the ½ is in front of both parts: it belongs to the squares alone.
        both at full strength
            strength * l1_ratio, strength * (1 - l1_ratio) → strength, strength
            ρ is not used: L1 gets the share ρ of the strength, and L2 the share 1 − ρ.
        gradient at full strength
            l1_share * np.sign(w) + l2_share * w → strength * np.sign(w) + strength * w
            ρ and 1 − ρ multiply the two gradients as well as the two penalties.
        gradient of L2 at full strength
            + l2_share * w → + strength * w
            in the gradient the L2 part is not reduced: 1 − ρ multiplies it as well.
        gradient of L1 alone
            + l2_share * w →
            the gradient lacks its L2 part, λ(1 − ρ)w.
        gradient of L2 alone
            l1_share * np.sign(w) + l2_share → l2_share
            the gradient lacks its L1 part, λρ sign(w).
        strength squared
            strength * l1_ratio, strength * (1 → strength**2 * l1_ratio, strength**2 * (1
            λ multiplies twice. If `l1` and `l2` get the strength, it is in what they return.
        brackets left out
            + 0.5 * l2_share → + 1 - l1_ratio * 0.5 * strength
            + l2_share * w → + 1 - l1_ratio * strength * w
            `1 - l1_ratio * …` takes the product away from 1: the share is `(1 - l1_ratio)`, in brackets.
        +1 at zero
            np.sign(w) → np.where(w >= 0, 1.0, -1.0)
            a weight of exactly 0 is pushed away from 0 by the L1 part. Take 0 there: `np.sign` does.
        0/0 at zero
            np.sign(w) → w / np.abs(w)
            w / |w| is 0/0 for a weight of 0: NaN. `np.sign` is the same elsewhere, and 0 there.
        pairs joined
            (np.abs(w))) + 0.5 → (np.abs(w))), l1_share * np.sign(w), 0.5
            return penalty, l1_share * np.sign(w) + l2_share → return *penalty, l2_share
            `+` joins two pairs into four values. Take each apart, `penalty, dw = …`, and add like to like.
        pair multiplied
            return penalty, → return l1_ratio * (penalty, w),
            `l1` and `l2` return pairs, which no number multiplies. Take each apart first: `penalty, dw = …`.
    """,
)
