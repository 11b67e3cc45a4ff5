"""The curves of a training run as the dashboard keeps and sends them: short, whatever the number of steps.

A metric's name says where it is drawn: ``train_`` and ``val_`` (or ``validation_``) name the data, the rest the panel.

>>> place("val_accuracy")
('accuracy', 'validation')
"""

from array import array
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray

CAPACITY = 4096
"""Points kept of a curve: four for each pixel of a panel, and 32 kB."""


@dataclass(frozen=True)
class Panel:
    """One plot: its title, the name of its y axis, and how it is drawn."""

    title: str
    label: str
    large: bool = False
    log: bool = False
    fraction: bool = False
    usual: tuple[float, float] | None = None
    """Between these values it is as it should be."""


PANELS = {
    "loss": Panel("Loss", "loss per example", large=True),
    "accuracy": Panel("Accuracy", "fraction correct", large=True, fraction=True),
    "learning_rate": Panel("Learning rate", "rate per step"),
    "update_ratio": Panel("Update ratio", "‖Δw‖ / ‖w‖", log=True, usual=(3e-4, 1e-2)),
    "dead_fraction": Panel("Dead units", "fraction of units", fraction=True),
}

_ALIASES = {"lr": "learning_rate", "acc": "accuracy"}
_DATA = {"train": "training", "val": "validation", "validation": "validation"}


def place(metric: str) -> tuple[str, str]:
    """The panel a metric is drawn in, and the data it was measured on (``"training"`` where the name does not say)."""
    prefix, _, rest = metric.partition("_")
    data = _DATA.get(prefix, "training")
    name = rest if prefix in _DATA and rest else metric
    return _ALIASES.get(name, name), data


def panel(name: str) -> Panel:
    """The panel of this name; one that is not known yet is titled by its name."""
    words = name.replace("_", " ")
    return PANELS.get(name) or Panel(words[:1].upper() + words[1:], words)


def in_order(names: list[str]) -> list[str]:
    """Panel names, each once, in the order in which they are shown: the wide ones first."""
    known = list(PANELS)
    return sorted(dict.fromkeys(names), key=lambda name: known.index(name) if name in known else len(known))


class Curve:
    """A metric against the step. When it is full, neighbours are averaged, and from then on twice as many values."""

    # `step` and `last`: the newest value, thinned or not. `end`: a later step up to which that value still holds.
    __slots__ = ("_count", "_sum", "data", "end", "last", "metric", "panel", "run", "sent", "step", "stride", "x", "y")

    def __init__(self, run: str, metric: str) -> None:
        self.run = run
        self.metric = metric
        self.panel, self.data = place(metric)
        self.x = array("f")
        self.y = array("f")
        self.stride = 1
        self.sent = 0
        self.step = -1
        self.end = 0
        self.last = float("nan")
        self._sum = 0.0
        self._count = 0

    def add(self, step: int, value: float) -> None:
        """Append the value measured at this step."""
        if self.stride > 1:
            self._sum += value
            self._count += 1
            if self._count == self.stride:
                self.y.append(self._sum / self.stride)
                self.x.append(step)
                self._sum = 0.0
                self._count = 0
        else:
            self.y.append(value)
            self.x.append(step)
        self.step = step
        self.last = value
        if len(self.x) >= CAPACITY:
            self._thin()

    def points(self) -> tuple[FloatArray, FloatArray]:
        """Steps and values; an interrupt may have come between the two appends of the last point."""
        count = min(len(self.x), len(self.y))
        return np.array(self.x[:count]), np.array(self.y[:count])

    def _thin(self) -> None:
        y = self.y
        self.x = self.x[1::2]
        self.y = array("f", [(a + b) / 2 for a, b in zip(y[::2], y[1::2], strict=False)])
        self.stride *= 2
        self.sent = 0


def encode(curves: list[Curve], *, whole: bool) -> tuple[list[list[Any]], bytes]:
    """What the browser has not seen of these curves, or the ``whole`` of them.

    Returns
    -------
    head : list
        ``[run, metric, panel, data, start, count]`` a curve: where in the curve these points belong.
    points : bytes
        Little-endian float32: for each entry of ``head`` its ``count`` steps, then its ``count`` values.
    """
    head: list[list[Any]] = []
    parts: list[bytes] = []
    for curve in curves:
        start = 0 if whole else curve.sent
        end = len(curve.x)
        if end == start:
            continue
        head.append([curve.run, curve.metric, curve.panel, curve.data, start, end - start])
        parts += [curve.x[start:end].tobytes(), curve.y[start:end].tobytes()]
    return head, b"".join(parts)


def describe(names: list[str]) -> list[dict[str, Any]]:
    """The panels of these names as the browser wants them."""
    return [{"name": name, **asdict(panel(name))} for name in names]
