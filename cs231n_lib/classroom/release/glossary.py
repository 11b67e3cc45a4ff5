"""Glossary of the terms that lessons define in bold, with links to the lessons.

To add a term, write it in bold where the lesson introduces it, and add its definition to `TERMS`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

from cs231n_lib.course.plan import NOTEBOOKS

TERMS: dict[str, dict[str, str]] = {
    "primer": {
        "shape": "Lengths of an array's axes, in order.",
        "view": "An array that shares the memory of another one, such as a slice.",
        "partial derivative": "Slope of a function along one of its inputs while the others stay constant.",
        "gradient": "All partial derivatives of a function, in an array of the shape of its input.",
        "standard deviation": "Typical distance of a single value from the mean.",
        "standard error": "Standard deviation of a mean, which is inversely proportional to the square root of the "
        "number of values.",
        "eigenvector": "A nonzero vector that a matrix maps to a multiple of itself.",
        "eigenvalue": "The factor by which a matrix multiplies an eigenvector.",
        "singular value decomposition": "Perpendicular input directions of a matrix, the perpendicular output "
        "directions to which it maps them, and the factor by which it stretches each.",
    },
    "optimization": {
        "forward difference": "Rise of a function over a small step, divided by the step.",
        "centred difference": "Difference of a function's values on the two sides of a point, divided by the "
        "distance between the two inputs.",
        "learning rate": "The factor that turns a slope into a step.",
        "minibatch": "A few examples whose mean gradient estimates that of all examples.",
        "stochastic gradient descent (SGD)": "Gradient descent that uses the gradients of minibatches.",
        "epoch": "One pass through all training examples.",
    },
    "backpropagation": {
        "backpropagation": "The chain rule applied step by step from the loss back to every parameter.",
        "upstream gradient": "Gradient of the loss with respect to the output of a step.",
        "local derivative": "Derivative of one step's output with respect to one of its inputs.",
        "softmax cross-entropy": "Mean over the examples of −log p, where p is the probability that softmax assigns "
        "to the right class.",
        "logit": "The score that the sigmoid turns into the probability of a class.",
        "hidden units": "Units whose outputs are inputs of another layer, not outputs of the network.",
        "L2 loss": "The squared length of the residual, averaged over the examples.",
        "L1 loss": "The sum of the absolute values of the residuals, averaged over the examples.",
        "high-leverage point": "An example whose inputs lie far from those of the others.",
        "Huber's loss": "A loss that is quadratic for small residuals and linear for large ones.",
    },
    "activations": {
        "activation": "A non-linear function applied to an affine layer's output, usually entry by entry.",
        "saturated": "Said of a unit whose slope is almost 0, so that almost no gradient passes.",
        "rectified linear unit, ReLU": "The activation that returns its input if this is positive, and 0 otherwise.",
        "Leaky ReLU": "ReLU with a small slope instead of 0 for negative inputs.",
        "dead": "Said of a unit whose output is 0 for every example, so that it receives no gradient.",
        "Maxout": "The activation that returns the largest of several affine pieces.",
        "GELU": "The activation that multiplies its input by the fraction of the standard normal distribution "
        "below this input.",
    },
    "architecture": {
        "decision boundary": "The points at which a network's predicted class changes.",
        "layer": "A set of weights and biases that is applied to the same inputs.",
        "unit": "One output of a layer, also called a neuron.",
        "hidden": "Said of every layer but the last.",
        "depth": "In lesson 04, the number of hidden layers of a network.",
        "width": "Number of units in a layer.",
        "fully connected": "Said of a network in which every unit receives all outputs of the layer before it.",
        "features": "Outputs of the last hidden layer, which are the inputs of the output layer.",
        "Lipschitz constant": "The smallest number that the absolute value of a function's slope never exceeds.",
        "knots": "The points at which the pieces of a piecewise linear function meet.",
        "universal approximation theorem": "One hidden layer with enough units can come as close as you like to "
        "any continuous function on a bounded, closed set.",
        "tent": "The function that rises from 0 to 1 on [0, ½] and falls back to 0 on [½, 1].",
        "capacity": "The set of functions that a network can fit.",
        "parameters": "All weights and all biases of a network.",
        "bump": "A function that is 0 except on a short interval, made of two opposite steps.",
        "sawtooth": "The function that results from folding an interval several times.",
        "Regularisation": "Any change to training that is meant to raise the accuracy on new data, even if the network "
        "fits its training data less closely.",
        "double descent": "A test error that falls, rises and falls again as a network grows.",
    },
    "initialization": {
        "inference": "The use of a trained network, whose parameters no longer change, also called test time.",
        "symmetry": "Equality of two units' weights, which training preserves because their gradients are equal.",
        "fan-in": "Number of inputs of a layer.",
        "Glorot": "Initial weights of variance 2 / (inputs + outputs).",
        "He": "Initial weights of variance 2 / inputs, for layers followed by ReLU.",
        "batch normalisation": "Standardising each feature over the minibatch inside a network.",
        "Layer norm": "Standardising each example over its features inside a network.",
    },
    "regularization": {
        "weight decay": "Shrinking every weight by the same proportion in each step.",
        "subgradient": "Any slope between those on the two sides of a kink.",
        "elastic net": "A penalty that mixes L1 and L2.",
        "soft threshold": "Moving a number towards 0 by a fixed amount, or to 0 if its absolute value is below this "
        "amount.",
        "Dropout": "Setting outputs of a hidden layer to 0 at random in each training step.",
        "ensemble": "Several networks whose predictions are averaged.",
        "max norm": "An upper limit on the length of a unit's incoming weights.",
        "Early stopping": "Ending training when the validation loss has not improved for some epochs.",
    },
    "update_rules": {
        "preconditioner": "A matrix, or one factor for each weight, that rescales the direction of a step.",
        "velocity": "The sum of past steps that momentum keeps, in which older steps count less.",
        "learning-rate decay": "Lowering the learning rate during training.",
        "Warm-up": "A linear rise of the learning rate to its full value over the first epochs.",
        "L-BFGS": "A second-order method that estimates curvature from the last few steps.",
        "line search": "Trying step lengths along a direction until one lowers the loss enough.",
        "Adagrad": "An update rule that divides each weight's step by the root of its summed squared gradients.",
        "RMSProp": "Adagrad with a running mean of squared gradients instead of their sum.",
        "Adam": "An update rule with running means of the gradients and of their squares, corrected for starting at 0.",
        "learning-rate range test": "A short run whose learning rate grows until the loss rises.",
    },
    "bridge": {
        "tape": "The list of all computed values, in the order in which they were created.",
        "reverse-mode automatic differentiation": "Backpropagation that a program applies to any computation.",
    },
}
"""Definition of each term, by the lesson that introduces it."""


@dataclass(frozen=True)
class Entry:
    """Term with its definition and the place where a lesson introduces it."""

    term: str
    definition: str
    folder: str
    heading: str
    """Heading of the section."""
    cell: str
    """Id of the cell."""

    @property
    def name(self) -> str:
        """Term with a capital initial, as a headword."""
        return self.term[0].upper() + self.term[1:]


def entries(root: Path) -> list[Entry]:
    """Return all terms of the released lessons under ``root``, in alphabetical order.

    Raises
    ------
    LookupError
        If a lesson does not have one of its terms in bold.
    """
    return sorted(_found(root), key=lambda entry: entry.term.lower())


def _found(root: Path) -> Iterator[Entry]:
    for lesson in NOTEBOOKS:
        path = root / "notebooks" / lesson.folder / f"{lesson.folder}.ipynb"
        if path.exists():
            cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
            for term, definition in TERMS.get(lesson.slug, {}).items():
                yield Entry(term, definition, lesson.folder, *_place(term, cells, path))


def _place(term: str, cells: list[nbformat.NotebookNode], path: Path) -> tuple[str, str]:
    heading = ""
    for cell in cells:
        for line in cell.source.splitlines():
            if title := re.fullmatch(r"#+ (.+)", line):
                heading = title[1]
            elif f"**{term}**" in line:
                return heading, cell.id
    raise LookupError(f"{path} does not have the term {term!r} of the glossary in bold")


def in_jupyter(entry: Entry) -> str:
    """Return the link to an entry's cell from the start page in JupyterLab."""
    return f"{entry.folder}/{entry.folder}.ipynb#cell-id={entry.cell}"


def on_site(entry: Entry) -> str:
    """Return the link to an entry's section from the root folder of the site."""
    anchor = re.sub(r"[^\w\- ]", "", entry.heading.lower()).replace(" ", "-")
    return f"notebooks/{entry.folder}/{entry.folder}.ipynb#{anchor}"


def glossary(root: Path, address: Callable[[Entry], str]) -> str:
    """Return the glossary as a Markdown list, with links to the lessons."""
    return "\n".join(
        f"- **{entry.name}**: {entry.definition} [{entry.folder[:2]}, {entry.heading}]({address(entry)})"
        for entry in entries(root)
    )
