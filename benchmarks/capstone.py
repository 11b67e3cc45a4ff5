"""The capstone of lesson 09 from several seeds, on the library's functions: search, three networks, one test each.

python -m benchmarks capstone --seeds 10
"""

import time

import numpy as np

from cs231n_lib.course import mine
from cs231n_lib.datasets import load_fashion_mnist
from cs231n_lib.functions.losses import softmax
from cs231n_lib.lessons.training.experiments.capstone import tries

PEOPLE, ALL_PARTS = 83.5, 85.0
NETWORKS, EPOCHS = 3, 20


def once(seed: int) -> tuple[float, float, float]:
    """Test accuracy of the network that validation prefers, and of the mean of three, in per cent; seconds of CPU."""
    began, clothes = time.process_time(), load_fashion_mnist()
    settings = tries(mine, seed=seed).best.parameters
    new = np.concatenate([clothes.x_validation, clothes.x_test])
    found = []
    for i in range(NETWORKS):
        scores, _ = mine.run().fit(
            clothes.x_train, clothes.y_train, new, **settings, epochs=EPOCHS, seed=NETWORKS * seed + i
        )
        found.append(softmax(scores))
    validation, test = np.split(np.array(found), [len(clothes.x_validation)], axis=1)
    preferred = int(np.argmax([np.mean(p.argmax(axis=1) == clothes.y_validation) for p in validation]))
    single = np.mean(test[preferred].argmax(axis=1) == clothes.y_test)
    together = np.mean(test.mean(axis=0).argmax(axis=1) == clothes.y_test)
    return 100 * float(single), 100 * float(together), time.process_time() - began


def main(seeds: int = 10) -> None:
    """Print a line for each seed, and how many pass."""
    results = np.array([told(seed) for seed in range(seeds)])
    for name, accuracy in (("preferred by validation", results[:, 0]), ("mean of three", results[:, 1])):
        people, parts = (int(np.sum(accuracy >= limit)) for limit in (PEOPLE, ALL_PARTS))
        print(f"| {name} | {accuracy.mean():.1f} ± {accuracy.std():.1f} | {people} of {seeds} | {parts} of {seeds} |")
    print(f"CPU: {results[:, 2].mean():.1f} s, at most {results[:, 2].max():.1f} s")


def told(seed: int) -> tuple[float, float, float]:
    """`once`, with a line that says it."""
    single, together, seconds = once(seed)
    print(f"seed {seed}: {single:.1f} %, mean of three {together:.1f} %, {seconds:.1f} s of CPU", flush=True)
    return single, together, seconds
