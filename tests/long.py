"""The lessons that take longest to run; what runs all of their cells once more is left to `make seeds`."""

LONG = (
    "04_architecture",
    "05_preprocessing",
    "06_initialization",
    "07_regularization",
    "08_update_rules",
    "09_training",
)
