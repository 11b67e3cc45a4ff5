"""What local workers need, loaded once, in the process that they are forked from.

The garbage collector leaves it alone: looking at an object writes to it, and its memory would be shared no more. It
then collects what is left, which is next to nothing, since it waits until there is a quarter more than there was.
"""

import gc
import os
from typing import Any

from IPython.lib import lexers as lexers  # which the first page of feedback would load, in each worker

from . import feedback as feedback
from . import grading as grading
from . import pages as pages

gc.freeze()
gc.collect()


def dask_setup(_: Any) -> None:
    """Leave the terminal, called by Dask in each worker: Ctrl+C is for the grader, which ends its workers."""
    os.setsid()
