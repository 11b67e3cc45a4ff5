"""Neural networks from scratch, with checks and live plots.

Import the names that lessons use from here, as in ``from cs231n_lib import MLP, SGD, Trainer, losses``. Each one is
loaded on first use. ``docs/architecture.md`` describes the subpackages.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cs231n_lib import datasets
    from cs231n_lib.functions import batches, layers, losses, metrics, optimizers
    from cs231n_lib.functions.gradient_check import check_gradient
    from cs231n_lib.network import MLP, SGD, Adam
    from cs231n_lib.training import Trainer
    from cs231n_lib.widgets import LiveDashboard

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "LiveDashboard",
    "Trainer",
    "batches",
    "check_gradient",
    "datasets",
    "layers",
    "losses",
    "metrics",
    "optimizers",
]

_HOMES = {
    "MLP": "network",
    "SGD": "network",
    "Adam": "network",
    "LiveDashboard": "widgets",
    "Trainer": "training",
    "batches": "functions.batches",
    "check_gradient": "functions.gradient_check",
    "datasets": "datasets",
    "layers": "functions.layers",
    "losses": "functions.losses",
    "metrics": "functions.metrics",
    "optimizers": "functions.optimizers",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOMES[name]}")
    return home if _HOMES[name].endswith(name) else getattr(home, name)


def __dir__() -> list[str]:
    return sorted(__all__)
