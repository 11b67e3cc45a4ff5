"""A bar over trainings by the student's `fit`, of which nothing is known but how many labels it has taken by now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.front_end import progress_bar


class Labels(np.ndarray[Any, Any]):
    """Labels that tell how many were taken out of them, such as ``y[rows]`` for each batch."""

    taken: Callable[[int], None] | None = None

    def __getitem__(self, rows: Any) -> Any:
        found = self.view(np.ndarray)[rows]
        if self.taken:
            self.taken(np.size(found))
        return found


@contextmanager
def training_bar(networks: int, epochs: int) -> Iterator[Callable[[NDArray[Any]], NDArray[Any]]]:
    """A bar of all epochs of so many networks; yields what makes of labels those to train the next network on.

    A `fit` that takes the labels in another way than by rows moves the bar when its network is done.
    """
    with progress_bar(networks * epochs, "epoch") as bar:
        network = 0

        def move_to(epoch: float) -> None:
            bar.update(max(0, int(epoch) - bar.n))

        def labels(y: NDArray[Any]) -> NDArray[Any]:
            nonlocal network
            begun, seen = network * epochs, 0
            network += 1
            move_to(begun)

            def taken(count: int) -> None:
                nonlocal seen
                seen += count
                move_to(begun + min(seen / len(y), epochs))

            watched = y.copy().view(Labels)
            watched.taken = taken
            return watched

        yield labels
        move_to(networks * epochs)
