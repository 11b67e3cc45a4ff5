"""What lesson 07 makes of the student's functions: each cell that takes ``use=mine``, in short."""

from functools import partial

from cs231n_lib.lessons.regularization import pictures

OUTPUTS = {
    "strengths": pictures.strengths,
    "zeros": pictures.zeros,
    "histograms": pictures.histograms,
    "groups": partial(pictures.groups, data_sets=2),
    "penalized_bias": pictures.penalized_bias,
    "thinned": pictures.thinned,
    "moments": pictures.moments,
    "limits": pictures.limits,
}
