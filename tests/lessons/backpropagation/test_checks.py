"""What lesson 02's checks say of answers that deserve a word of their own."""

import pytest
from lessons.backpropagation.alternatives import bins_by_digitize, graph_in_one_formula

from cs231n_lib.lessons.backpropagation import checks as backpropagation


@pytest.mark.parametrize(
    "mistake", ["minus of 1/d missing", "constant taken for a factor", "exp passed unchanged", "sign of the negation"]
)
def test_only_the_faulty_line_of_the_graph_fails(mistake):
    exercise = backpropagation.sigmoid_graph
    wrong = next(m for m in exercise.mistakes if m.name == mistake)
    result = exercise(wrong.implementation)
    # Of a line that follows a 0 nothing can be said: it fails, but is not called wrong.
    failed = [row.title for row in result.rows if not row.passed and "cannot be judged" not in row.sentence]
    assert len(failed) == 1
    assert failed[0].startswith("Line d")


@pytest.mark.parametrize(("entry", "said"), [({}, "no entry `dd`"), ({"dd": None}, "`dd` is not a number")])
def test_an_unfinished_graph_keeps_the_points_of_its_other_lines(entry, said):
    def unfinished(w, x, b):
        graph = graph_in_one_formula(w, x, b)
        del graph["dd"]
        return graph | entry

    result = backpropagation.sigmoid_graph(unfinished)
    failed = {row.title: row.sentence for row in result.rows if not row.passed}
    assert said in failed["Line dd, through 1/d"]
    assert len(failed) == 2  # the line after it stands on it


def test_pull_that_grows_with_the_distance_fails_its_row():
    def squared(scores, y, edges):
        loss, dscores, predictions = bins_by_digitize(scores, y, edges)
        return loss, dscores * (predictions - y)[:, None], predictions

    rows = backpropagation.binned_loss(squared).rows
    assert [row.passed for row in rows if row.title.startswith("Bounded gradient of an outlier")] == [False]
