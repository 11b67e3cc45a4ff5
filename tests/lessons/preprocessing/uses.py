"""What lesson 05 makes of the student's functions: each cell that takes ``use=mine``, in short."""

from cs231n_lib.lessons.preprocessing import explorables, pictures

OUTPUTS = {
    "components": explorables.components,
    "cloud": lambda use: explorables.cloud(use).picture(step="ZCA-whitened"),
    "scalings": explorables.scalings,
    "scales": pictures.scales,
    "descent": pictures.descent,
    "importance": pictures.importance,
    "kept": pictures.kept,
    "covariances": pictures.covariances,
    "folds": lambda use: pictures.folds(use, seeds=2),
    "whitened": pictures.whitened,
    "detector": pictures.detector,
    "chosen": lambda use: pictures.chosen(use, seeds=3),
    "statistics": lambda use: pictures.statistics(use, seeds=3),
}
