"""Exercise on the elastic net, which mixes L1 and L2."""

from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Exercise, Property, Values, case
from cs231n_lib.functions import regularizers

from .penalties import away_from_zero, require_gradient_of_penalty, tiny_weights


def _mixtures(rng: Generator) -> Cases:
    for shape, strength, l1_ratio in (((5,), 0.3, 0.25), ((3, 4), 1.7, 0.6)):
        yield case(f"λ = {strength}, ρ = {l1_ratio}", away_from_zero(rng, shape), strength, l1_ratio)


def _ends(rng: Generator) -> Cases:
    yield case("ρ = 1, L1 alone", away_from_zero(rng, (4,)), 0.7, 1.0)
    yield case("ρ = 0, L2 alone", away_from_zero(rng, (4,)), 0.7, 0.0)


def _with_zeros(rng: Generator) -> Cases:
    w = away_from_zero(rng, (3, 3))
    w[1] = 0
    yield case("three weights of exactly 0", w, 0.7, 0.4)


def _small(rng: Generator) -> Cases:
    yield case("weights of about 1e-4", 1e3 * tiny_weights(rng), 0.7, 0.6)
    yield case("weights of about 1e-12", 1e-5 * tiny_weights(rng), 0.7, 0.6)


def _is_own_mixed_gradient(call: Caller, rng: Generator) -> None:
    require_gradient_of_penalty(call, away_from_zero(rng, (2, 3)), 0.6, 0.3)


elastic_net = Exercise(
    regularizers.elastic_net,
    points=8,
    minutes=15,
    difficulty=2,
    covers="threshold sign tiny",
    forbidden=(regularizers.l1, regularizers.l2),
    checks=(
        Values("Penalty and gradient", 6, _mixtures),
        Values("L1 alone (ρ = 1) and L2 alone (ρ = 0)", 1.5, _ends),
        Values("Gradient of 0 at weights of exactly 0", 1, _with_zeros),
        Values("Small weights", 0.5, _small),
        Property("Gradient against the numerical gradient of the same penalty", 1, _is_own_mixed_gradient),
    ),
    slips="""
        as in the summary
            strength * l1_ratio, strength * (1 - l1_ratio) → l1_ratio, 1 - l1_ratio
            0.5 * l2_share → l2_share
            + l2_share * w → + 2 * l2_share * w
            you use the summary's formula, without λ and without the ½. Multiply by λ, write ½ before the squares, and
            drop the 2 in the gradient, so that your function agrees with `l1` at ρ = 1 and with `l2` at ρ = 0.
        without the ½
            0.5 * l2_share → l2_share
            + l2_share * w → + 2 * l2_share * w
            you leave out the ½ of the L2 part, as the summary does. Write the ½ before the squares, and drop the 2 in
            the gradient, so that your function agrees with `l2` of exercise 1 at ρ = 0.
        without the strength
            strength * l1_ratio, strength * (1 - l1_ratio) → l1_ratio, 1 - l1_ratio
            you do not use λ. Multiply both parts by λ, because ρ only mixes them, while λ sets the strength of the
            mixture.
        mixed the other way round in the gradient
            l1_share * np.sign(w) + l2_share * w → l2_share * np.sign(w) + l1_share * w
            your penalty is right, but in the gradient you swap the two factors. Multiply sign(w) by λρ, and w by λ(1 −
            ρ).
        mixed the other way round
            strength * l1_ratio, strength * (1 - l1_ratio) → strength * (1 - l1_ratio), strength * l1_ratio
            you swap the two proportions. Give L1 the proportion ρ (`l1_ratio`), and give L2 the rest, 1 − ρ.
        strength on L1 only
            strength * (1 - l1_ratio) → 1 - l1_ratio
            you multiply only the L1 part by λ. Multiply the L2 part by λ too.
        strength on L1 only, in the penalty
            0.5 * l2_share → 0.5 * (1 - l1_ratio)
            in the penalty you multiply only the L1 part by λ. Multiply the L2 part by λ too.
        gradient without the strength
            penalty, l1_share * np.sign(w) + l2_share * w → penalty, l1_ratio * np.sign(w) + (1 - l1_ratio) * w
            you leave λ out of the gradient. Multiply both parts of the gradient by λ.
        share of L1 for both
            strength * (1 - l1_ratio) → strength * l1_ratio
            you give both parts the proportion ρ. Give L2 the rest, 1 − ρ.
        share of L1 for both, in the gradient
            + l2_share * w → + l1_share * w
            in the gradient you give both parts the proportion ρ. Give L2 the rest, 1 − ρ.
        L2 at full strength
            strength * (1 - l1_ratio) → strength
            you give the L2 part the full strength λ. Multiply this part by 1 − ρ as well, so that only L1 is left at ρ
            = 1.
        ½ on both
            penalty = l1_share → penalty = 0.5 * l1_share
            penalty, l1_share → penalty, 0.5 * l1_share
            you multiply the L1 part by ½ too, in the penalty and in the gradient. Write the ½ only before the squares.
        gradient of L2 twice too large
            + l2_share * w → + 2 * l2_share * w
            your gradient of the L2 part is twice as large as it should be. Use λ(1 − ρ)w for this part, because the 2
            from the square cancels the ½.
        ½ kept in the gradient
            + l2_share * w → + 0.5 * l2_share * w
            you keep the ½ in the gradient of the L2 part. Use λ(1 − ρ)w for this part, because the 2 from the square
            cancels the ½.
        ½ missing in the penalty
            0.5 * l2_share → l2_share
            in the penalty you leave out the ½ of the L2 part. Multiply the squares by ½.
        ½ on both in the penalty
            penalty = l1_share → penalty = 0.5 * l1_share
            in the penalty you write the ½ before both parts. Write it only before the squares.
        both at full strength
            strength * l1_ratio, strength * (1 - l1_ratio) → strength, strength
            you do not use ρ. Multiply the L1 part by λρ, and the L2 part by λ(1 − ρ).
        mean of both gradients
            l1_share * np.sign(w) + l2_share * w → 0.5 * strength * (np.sign(w) + w)
            in the gradient you give both parts the proportion ½. Multiply sign(w) by λρ, and w by λ(1 − ρ), as in the
            penalty.
        gradient at full strength
            l1_share * np.sign(w) + l2_share * w → strength * np.sign(w) + strength * w
            in the gradient you do not use ρ. Multiply sign(w) by λρ, and w by λ(1 − ρ), as in the penalty.
        gradient of L2 at full strength
            + l2_share * w → + strength * w
            in the gradient you give the L2 part the full strength λ. Multiply this part by 1 − ρ as well, as in the
            penalty.
        one of the two
            l1_share, l2_share = → l1_ratio = float(l1_ratio > 0.5) ⏎ l1_share, l2_share =
            you use only the penalty with the larger proportion. Add both penalties, and both gradients, each multiplied
            by its proportion.
        penalty of L1 alone
            + 0.5 * l2_share * float(np.sum(w**2)) →
            you leave L2 out of the penalty. Add ½λ(1 − ρ) Σw², whose gradient your `dw` already includes.
        gradient of L1 alone
            + l2_share * w →
            you return only the gradient of the L1 part. Add the gradient of the L2 part, λ(1 − ρ)w.
        gradient of L2 alone
            l1_share * np.sign(w) + l2_share → l2_share
            you return only the gradient of the L2 part. Add the gradient of the L1 part, λρ sign(w).
        strength squared
            strength * l1_ratio, strength * (1 → strength**2 * l1_ratio, strength**2 * (1
            you multiply by λ twice. Multiply each part by λ only once, which `l1` and `l2` already do if you pass λ to
            them.
        brackets left out
            + 0.5 * l2_share → + 1 - l1_ratio * 0.5 * strength
            + l2_share * w → + 1 - l1_ratio * strength * w
            you subtract a product from 1, as `1 - l1_ratio * …` does. Put the factor in brackets, as in `(1 - l1_ratio)
            * …`.
        positive slope at zero
            np.sign(w) → np.where(w >= 0, 1.0, -1.0)
            your L1 part pushes a weight of exactly 0 away from 0. Use `np.sign`, which returns 0 for such a weight.
        ε against 0/0
            np.sign(w) → w / (np.abs(w) + 1e-8)
            you divide by |w| + ε, so the gradient of a tiny weight is too small. Use `np.sign`, which needs no ε.
        0/0 at zero
            np.sign(w) → w / np.abs(w)
            your gradient is NaN for a weight of 0, perhaps because you compute w / |w|, which is 0/0 there. Use
            `np.sign`, which returns 0 for such a weight and w / |w| for all others.
        pairs joined
            (np.abs(w))) + 0.5 → (np.abs(w))), l1_share * np.sign(w), 0.5
            return penalty, l1_share * np.sign(w) + l2_share → return *penalty, l2_share
            you return four values, perhaps because you add two pairs with `+`, which joins them. Unpack each pair into
            two variables of its own, and add the penalties and the gradients separately.
        pair multiplied
            return penalty, → return l1_ratio * (penalty, w),
            you multiply the whole pair from `l1` or `l2` by a number. Unpack the pair first with `penalty, dw = …`, and
            then multiply each value.
    """,
)
