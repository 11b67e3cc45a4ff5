"""What lesson 09 makes of the student's functions: each cell that takes ``use=mine``, in short."""

from functools import partial

import numpy as np

from cs231n_lib.lessons.training import experiments, pictures
from cs231n_lib.lessons.training.experiments.capstone import Decided


def decided() -> Decided:
    """Three networks whose probabilities are drawn by chance, in place of trained ones."""
    rng = np.random.default_rng(0)
    validation, sealed = rng.dirichlet(np.ones(10), (2, 3, 1000))
    names = tuple("abcdefghij")
    return Decided(validation, rng.integers(0, 10, 1000), rng.normal(size=(784, 40)), names, "", sealed)


OUTPUTS = {
    "sanity": experiments.sanity,
    "baselines": experiments.baselines,
    "memorise": experiments.memorise,
    "prove": experiments.prove,
    "suspects": pictures.suspects,
    "ratios": pictures.ratios,
    "second_opinion": experiments.second_opinion,
    "suggested_rate": experiments.suggested_rate,
    "luck": pictures.luck,
    "confusion": lambda use: pictures.confusion(decided(), use),
    "open_once": lambda use: experiments.open_once(use, decided()),
    "tries": lambda use: experiments.tried(experiments.tries(use, trials=1)),
    "decide": partial(experiments.decide, settings={"epochs": 1}, seeds=1),
}

OUTPUTS |= {
    "decades": pictures.decades,
    "same_budget": pictures.same_budget,
    "trial_map": pictures.trial_map,
    "in_rounds": pictures.in_rounds,
    "short_rounds": pictures.short_rounds,
    "by_model": pictures.by_model,
}
