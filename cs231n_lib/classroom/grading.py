"""What grading a class needs beyond nbgrader's own steps: a check cell earns what its check says, and nothing else.

nbgrader reads a check cell's output after the student's code has run. Left alone it gives all points to a cell that
shows nothing, or something that is no number, and none to a cell in which anything wrote to stderr.
"""

from math import isfinite
from pathlib import Path
from textwrap import dedent
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade
from traitlets import Unicode

from cs231n_lib.classroom.lesson_cells import unreached
from cs231n_lib.course.plan import HOME, slug_of

_FRESH_CHECKS = """
    import sys
    from IPython import get_ipython
    for name in [name for name in sys.modules if (name + ".").startswith(("cs231n_lib.checks.", "{home}."))]:
        del sys.modules[name]
    from {home}.{slug} import checks
    get_ipython().ast_node_interactivity = "last_expr"
"""


class ExecuteChecks(Execute):  # type: ignore[misc]
    """Runs a submission as nbgrader's ``Execute`` does, with care for the check cells.

    Before each, ``checks`` is imported anew, so that a lost import cell costs nothing and a function that took its name
    earns nothing. After each, `settle` makes sure that nbgrader reads the points from it that the check gave.
    """

    home = Unicode(HOME, help="The package in which each lesson has its own.").tag(config=True)
    solutions = Unicode(help="The folder of the solutions; without it every cell is run.").tag(config=True)

    def preprocess(self, nb: NotebookNode, *args: Any, **kwargs: Any) -> tuple[NotebookNode, Any]:
        """Run what an answer can reach, and what it needs; the lesson's other cells get the outputs of the solution."""
        resources = args[0] if args else kwargs["resources"]
        lesson = resources["nbgrader"]["assignment"]
        solution = Path(self.solutions, lesson, f"{lesson}.ipynb")
        self._stored = (
            unreached(nb, nbformat.read(solution, as_version=4)) if self.solutions and solution.exists() else {}
        )
        return super().preprocess(nb, *args, **kwargs)  # type: ignore[no-any-return]

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        """Run one cell, unless its outputs are known."""
        if index in self._stored:
            cell.outputs = self._stored[index]
            return cell, resources
        if not (is_grade(cell) and cell.cell_type == "code"):
            return super().preprocess_cell(cell, resources, index)  # type: ignore[no-any-return]
        slug = slug_of(resources["nbgrader"]["assignment"])
        fresh = dedent(_FRESH_CHECKS).format(home=self.home, slug=slug)
        super().preprocess_cell(new_code_cell(fresh), resources, index)
        cell, resources = super().preprocess_cell(cell, resources, index)
        settle(cell)
        return cell, resources


def settle(cell: NotebookNode) -> None:
    """Keep the one result of a check cell; where there is not just one, put 0 and the reason in its place."""
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    problem = _problem_with(cell, results)
    if problem:
        zero = new_output("execute_result", {"text/plain": "0.0", "text/html": f"<p>0 points: {problem}</p>"})
        cell.outputs = [zero, *(output for output in cell.outputs if output.output_type != "execute_result")]
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"  # shown all the same, but a warning on stderr would cost all points


def _problem_with(cell: NotebookNode, results: list[NotebookNode]) -> str:
    if any(output.output_type == "error" for output in cell.outputs):
        return "the check stopped with an error"
    if len(results) != 1:
        return f"the check shows {len(results)} results in place of one"
    try:
        points = float(results[0].data.get("text/plain", ""))
    except ValueError:
        return "the check shows no number of points"
    most = float(cell.metadata.nbgrader.points)
    return "" if isfinite(points) and 0 <= points <= most else f"the check shows {points}, not 0 to {most:g} points"
