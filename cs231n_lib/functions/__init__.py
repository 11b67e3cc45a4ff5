"""The pure reference functions, a module a family: ``from cs231n_lib.functions import layers, losses``.

Forward and backward come in pairs, nothing is changed in place, and an error names both shapes. The names of a module
are its own; nothing is imported before a module is asked for.
"""

__all__ = [
    "activations",
    "batches",
    "ensembles",
    "gradient_check",
    "gradients",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "preprocessing",
    "regularizers",
    "schedules",
    "second_order",
]
