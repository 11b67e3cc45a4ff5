"""Curves of bounded length that the dashboard stores and sends to the browser.

The name of a metric determines where its curve is drawn. The prefix ``train_``, ``val_`` or ``validation_`` names the
data, and the rest names the panel.

>>> panel_and_data("val_accuracy")
('accuracy', 'validation')
"""

from array import array
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray

CAPACITY = 4096
"""Maximum number of points in a curve, which is four per pixel of a panel and takes 32 kB."""


@dataclass(frozen=True)
class Panel:
    """Plot of a metric, with a title, a label of the y axis, and a scale."""

    title: str
    label: str
    large: bool = False
    log: bool = False
    fraction: bool = False
    usual: tuple[float, float] | None = None
    """Range of usual values, shown as a grey band."""


PANELS = {
    "loss": Panel("Loss", "loss per example", large=True),
    "accuracy": Panel("Accuracy", "fraction correct", large=True, fraction=True),
    "learning_rate": Panel("Learning rate", "rate per step"),
    "update_ratio": Panel("Update ratio", "‖Δw‖ / ‖w‖", log=True, usual=(3e-4, 1e-2)),
    "dead_fraction": Panel("Dead units", "fraction of units", fraction=True),
}

_ALIASES = {"lr": "learning_rate", "acc": "accuracy"}
_DATA = {"train": "training", "val": "validation", "validation": "validation"}


def panel_and_data(metric: str) -> tuple[str, str]:
    """Panel name of a metric, and its data (``"training"`` without a prefix)."""
    prefix, _, rest = metric.partition("_")
    data = _DATA.get(prefix, "training")
    name = rest if prefix in _DATA and rest else metric
    return _ALIASES.get(name, name), data


def panel(name: str) -> Panel:
    """Panel with this name, or a new one titled after the name if it is unknown."""
    words = name.replace("_", " ")
    return PANELS.get(name) or Panel(words[:1].upper() + words[1:], words)


def ordered_panels(names: list[str]) -> list[str]:
    """Distinct panel names in display order, large panels first."""
    known = list(PANELS)
    return sorted(dict.fromkeys(names), key=lambda name: known.index(name) if name in known else len(known))


class MetricCurve:
    """Values of a metric by step, thinned when the curve is full.

    ``step`` and ``last`` are the step and the value added last, even if the arrays lack them. For a trainer's
    learning rate, ``end`` is the last step of the run. ``stride`` is the number of values averaged into one point.
    """

    __slots__ = ("_count", "_sum", "data", "end", "last", "metric", "panel", "run", "sent", "step", "stride", "x", "y")

    def __init__(self, run: str, metric: str) -> None:
        self.run = run
        self.metric = metric
        self.panel, self.data = panel_and_data(metric)
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
        """Add the value of the metric at this step."""
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
        """Steps and values of the curve."""
        count = min(len(self.x), len(self.y))  # an interrupt may come between the two appends of a point
        return np.array(self.x[:count]), np.array(self.y[:count])

    def _thin(self) -> None:
        y = self.y
        self.x = self.x[1::2]
        self.y = array("f", [(a + b) / 2 for a, b in zip(y[::2], y[1::2], strict=False)])
        self.stride *= 2
        self.sent = 0


def encode(curves: list[MetricCurve], *, full: bool) -> tuple[list[list[Any]], bytes]:
    """Encode the points that the browser lacks, or all points if ``full`` is true.

    Returns
    -------
    head : list
        ``[run, metric, panel, data, start, count]`` per curve with such points, where ``start`` is the first index.
    points : bytes
        Little-endian float32. Each entry of ``head`` has its ``count`` steps, followed by its ``count`` values.
    """
    head: list[list[Any]] = []
    parts: list[bytes] = []
    for curve in curves:
        start = 0 if full else curve.sent
        end = len(curve.x)
        if end == start:
            continue
        head.append([curve.run, curve.metric, curve.panel, curve.data, start, end - start])
        parts += [curve.x[start:end].tobytes(), curve.y[start:end].tobytes()]
    return head, b"".join(parts)


def panel_traits(names: list[str]) -> list[dict[str, Any]]:
    """Panels of these names as dicts, for the browser."""
    return [{"name": name, **asdict(panel(name))} for name in names]
