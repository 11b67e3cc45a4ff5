"""Minibatch training with `Trainer.fit`, which returns a `History`.

The trainer shows only a progress bar and, if it uses compiled code, one line. Callbacks can display the run, save it,
change its learning rate or stop it.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import (
    BoundCall,
    FloatArray,
    contract,
    count,
    generator,
    instance,
    non_negative,
    returning,
)
from cs231n_lib.datasets import Split
from cs231n_lib.front_end import progress_bar
from cs231n_lib.functions.schedules import Schedule
from cs231n_lib.network import MLP
from cs231n_lib.network.compiled import CompiledStep, compiled_step
from cs231n_lib.network.optimizers import Optimizer
from cs231n_lib.storage import read_arrays
from cs231n_lib.training.history import Ending, History
from cs231n_lib.training.run import Callback, Run

EVALUATION_ROWS = 1000
"""Maximum number of training rows in an evaluation, enough to show a gap of a few percentage points."""

DIVERGENCE_FACTOR = 1000.0
"""A run diverges when its loss exceeds this many times the larger of 1 and the first loss."""


class Trainer:
    """Minibatch trainer of a network with an optimizer.

    Parameters
    ----------
    network : MLP
        Network to train, changed in place.
    optimizer : Optimizer
        Update rule, which the trainer binds to the network.
    batch_size : int
        Rows per step. The last batch of an epoch may be smaller.
    schedule : callable, optional
        ``schedule(epoch)`` returns the learning rate, a number of at least 0. The epoch is a float that grows with
        every step. Without a schedule, the optimizer's own learning rate applies.
    rng : numpy.random.Generator
        Generator that shuffles the rows in every epoch.
    patience : int, optional
        Stop after this many evaluations in a row without a better validation accuracy. If the run stops in this way or
        finishes, the trainer restores the best parameters.
    evaluate_every : int, optional
        Number of steps between evaluations, one epoch by default. A finished run also ends with an evaluation.
    progress : bool
        Show a progress bar, unless a callback already displays progress.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((200, 2)).astype(np.float32)
    >>> y = (x[:, 0] * x[:, 1] > 0).astype(int)
    >>> from cs231n_lib.network.optimizers import Adam
    >>> trainer = Trainer(MLP((2, 16, 2), rng=rng), Adam(lr=0.01), batch_size=50, rng=rng, progress=False)
    >>> history = trainer.fit(train=(x, y), epochs=100)
    >>> history.stopped, bool(history.train_accuracy[-1] > 0.95)
    ('finished', True)
    """

    @contract(
        network=instance(MLP),
        optimizer=instance(Optimizer),
        batch_size=count,
        schedule=returning(non_negative),
        rng=generator,
        patience=count,
        evaluate_every=count,
    )
    def __init__(
        self,
        network: MLP,
        optimizer: Optimizer,
        *,
        batch_size: int = 128,
        schedule: Schedule | None = None,
        rng: np.random.Generator,
        patience: int | None = None,
        evaluate_every: int | None = None,
        progress: bool = True,
    ) -> None:
        optimizer.bind(network)
        self.network, self.optimizer = network, optimizer
        self.batch_size, self.schedule, self.rng = batch_size, schedule, rng
        self.patience, self.evaluate_every, self.progress = patience, evaluate_every, progress

    @contract(epochs=count)
    def fit(
        self,
        train: Split,
        validation: Split | None = None,
        *,
        epochs: int,
        callbacks: Sequence[Callback] = (),
        resume: str | Path | None = None,
    ) -> History:
        """Train for ``epochs`` passes over ``train``.

        A second call continues from the current parameters. After an interrupt, ``fit`` returns the history so far.

        Parameters
        ----------
        train, validation : pair of arrays
            Examples (N, D) and integer labels (N,) in [0, K).
        epochs : int
            Number of passes over ``train``. A resumed run counts them from its original start.
        callbacks : sequence of Callback
            Callbacks to call during the run, in this order.
        resume : str or Path, optional
            File written by `Checkpoint`. A trainer made in the same way gives the result of an uninterrupted run.

        Raises
        ------
        TypeError, ValueError
            A split has the wrong shape or type, entries that are not finite, or labels outside [0, K); ``patience``
            is set without a validation split; a callback lacks a method or returns a value; or the learning rate
            is not a number of at least 0.
        """
        x, y = self._checked(train, "train")
        held_out = None if validation is None else self._checked(validation, "validation")
        if self.patience and held_out is None:
            raise ValueError("fit: patience needs a validation accuracy. Pass validation=(x, y)")
        steps_per_epoch = -(-len(x) // self.batch_size)
        run = Run(self.network, self.optimizer, self.rng, epochs * steps_per_epoch, steps_per_epoch)
        if resume is not None:
            run.load_state_dict(read_arrays(resume))
        for callback in callbacks:
            _require_callback(callback)
        try:
            for callback in callbacks:
                _notify(callback, "on_start", run)
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"), self._bar(run, callbacks) as advance:
                run.history.end(*self._train(run, (x, y), held_out, callbacks, advance))
        except KeyboardInterrupt:
            run.history.end(Ending.INTERRUPTED)
        finally:
            for callback in callbacks:
                _notify(callback, "on_end", run)
        return run.history

    def _checked(self, split: Split, name: str) -> Split:
        if not isinstance(split, Sequence) or isinstance(split, str) or len(split) != 2:
            raise TypeError(f"fit: {name} is {type(split).__name__}. Pass the pair {name}=(x, y)")
        x, y = split
        return self.network.check_inputs(f"fit: {name} split", x, y), y

    def _train(
        self,
        run: Run,
        train: Split,
        validation: Split | None,
        callbacks: Sequence[Callback],
        advance: Callable[[], object],
    ) -> tuple[Ending, str]:
        """Take the remaining steps and return how and why they ended."""
        every = self.evaluate_every or run.steps_per_epoch
        compiled = compiled_step(self.network, self.optimizer, run.total_steps)
        for x, y in self._batches(run, *train):
            evaluating = (run.step + 1) % every == 0 or run.step + 1 == run.total_steps
            before = self.network.weight_vector.copy() if evaluating else None
            run.settled = False
            self._step(run, x, y, compiled)
            if run.diverged:
                return Ending.DIVERGED, _divergence(run)
            if before is not None:
                self._evaluate(run, train, validation, before)
            run.settled = True
            for callback in callbacks:
                _notify(callback, "on_step", run)
            advance()
            if self.patience and run.stale_evaluations >= self.patience:
                run.restore_best()
                best = f"best validation accuracy {run.best_accuracy:.4f}"
                return Ending.EARLY, f"early stopping after step {run.step}: {best}"
            if run.stop_asked:
                return Ending.ASKED, f"stopped on request after step {run.step}"
        if self.patience:
            run.restore_best()
        return Ending.FINISHED, "finished"

    def _batches(self, run: Run, x: FloatArray, y: NDArray[np.integer]) -> Iterator[Split]:
        """Yield the remaining minibatches, each in the same buffer."""
        rows = np.empty((min(self.batch_size, len(x)), x.shape[1]), x.dtype)
        while run.step < run.total_steps:
            run.epoch, position = divmod(run.step, run.steps_per_epoch)
            if position == 0:
                run.order = run.rng.permutation(len(x))
            chosen = run.order[position * self.batch_size : (position + 1) * self.batch_size]
            yield np.take(x, chosen, axis=0, out=rows[: len(chosen)], mode="clip"), y[chosen]

    def _step(self, run: Run, x: FloatArray, y: NDArray[np.integer], compiled: CompiledStep | None) -> None:
        if self.schedule is not None:
            self.optimizer.lr = float(self.schedule(run.step / run.steps_per_epoch))
        run.learning_rate = self.optimizer.lr
        if not (isinstance(run.learning_rate, float) and 0 <= run.learning_rate < math.inf):
            _require_rate(run.learning_rate)
        run.loss = compiled.loss(x, y) if compiled else self.network.backpropagate(x, y)
        run.step += 1
        run.history.record_step(run.step, loss=run.loss, learning_rate=run.learning_rate)
        run.diverged = not run.loss <= DIVERGENCE_FACTOR * max(run.history.loss[0], 1.0)
        if run.diverged:
            return
        if compiled:
            compiled.learn()
        else:
            self.optimizer.step()

    def _evaluate(self, run: Run, train: Split, validation: Split | None, before: FloatArray) -> None:
        spread = slice(None, None, -(-len(train[0]) // EVALUATION_ROWS))
        x, y = train[0][spread], train[1][spread]
        accuracy = math.nan if validation is None else _accuracy(self.network.predict(validation[0]), validation[1])
        scores, dead_fraction = self.network.predict_and_dead_fraction(x)
        run.history.record_evaluation(
            run.step,
            train_accuracy=_accuracy(scores, y),
            validation_accuracy=accuracy,
            update_ratio=_length(self.network.weight_vector - before) / (_length(before) or 1.0),
            dead_fraction=dead_fraction,
        )
        if self.patience:
            run.compare_with_best(accuracy)

    @contextmanager
    def _bar(self, run: Run, callbacks: Sequence[Callback]) -> Iterator[Callable[[], object]]:
        """Yield a function that advances the progress bar, if there is one."""
        if not self.progress or any(callback.shows_progress for callback in callbacks):
            yield lambda: None
            return
        with progress_bar(run.total_steps, "step", run.step) as bar:
            yield bar.update


def _require_callback(callback: object) -> None:
    if isinstance(callback, type):
        raise TypeError(f"fit: the callback {callback.__name__} is a class. Pass an instance, {callback.__name__}(...)")
    for method in ("on_start", "on_step", "on_end"):
        if not callable(getattr(callback, method, None)):
            raise TypeError(f"fit: the callback {callback!r:.60} has no method {method}(run). Derive it from Callback")


def _notify(callback: Callback, method: str, run: Run) -> None:
    """Call a method of a callback, and refuse a returned value, which would be lost."""
    result = getattr(callback, method)(run)
    if result is not None:
        name = f"{type(callback).__name__}.{method}"
        raise TypeError(f"fit: {name} returned {result!r:.60}. Return nothing, and call run.stop() to end the run")


def _require_rate(rate: object) -> None:
    try:
        non_negative("the optimizer's lr", rate, BoundCall({}))
    except (TypeError, ValueError) as error:
        raise type(error)(f"fit: {error}") from None


def _accuracy(scores: FloatArray, y: NDArray[np.integer]) -> float:
    return float(np.mean(scores.argmax(axis=1) == y))


def _length(vector: FloatArray) -> float:
    return float(np.linalg.norm(vector))


def _divergence(run: Run) -> str:
    lr, loss = run.learning_rate, run.loss
    advice = f"Try a learning rate well below {lr:.3g}, such as {lr / 10:.3g}, and look at the scale of the inputs"
    return f"diverged at step {run.step}: the loss is {loss:.3g} and was {run.history.loss[0]:.3g} at first. {advice}"
