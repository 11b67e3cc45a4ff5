"""float32 in, float32 out: every public function on arrays, with rates and probabilities that are NumPy's float64."""

import numpy as np
import pytest
from sound import arguments, parts, public

# What makes its data itself has no dtype to keep, and a schedule works on numbers alone.
FUNCTIONS = {
    n: f for n, f in public().items() if n.partition(".")[0] not in ("synthetic", "schedules", "gradient_check")
}
NUMPY = {int: np.int64, float: np.float64}


def test_all_public_functions_are_tested():
    assert len(FUNCTIONS) >= 64
    assert {"activations.leaky_relu_backward", "layers.fold_batchnorm", "optimizers.adam"} <= FUNCTIONS.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float32_stays(name):
    given = arguments(name, FUNCTIONS[name], np.float32)
    given = {parameter: NUMPY.get(type(value), lambda v: v)(value) for parameter, value in given.items()}
    for part in parts(FUNCTIONS[name](**given)):
        # A NumPy number in a result would make the caller's float32 float64, where a Python number does not.
        assert type(part) in (float, int) or part.dtype == np.float32 or part.dtype.kind in "iu"
