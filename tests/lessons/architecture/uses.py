"""What lesson 04 makes of the student's functions: each cell that takes ``use=mine``, in short."""

from cs231n_lib.lessons.architecture import experiments, explorables, pictures

OUTPUTS = {
    "counted": pictures.counted,
    "xor_hidden": pictures.xor_hidden,
    "xor_found": pictures.xor_found,
    "bugs": pictures.bugs,
    "outside": pictures.outside,
    "folded": pictures.folded,
    "trained": lambda use: pictures.trained(use, seeds=1),
    "layers": lambda use: pictures.layers(use, seeds=1),
    "sizes": pictures.sizes,
    "hats": explorables.hats,
    "folding": explorables.folding,
    "train_beside": experiments.train_beside,
}
