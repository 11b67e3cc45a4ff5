"""Modules of local workers, loaded once in the process that forks the workers.

`gc.freeze` keeps the garbage collector away from the loaded objects. The collector writes to each object that it
examines, so workers would no longer share the object's memory.
"""

import gc
import os
from importlib import import_module
from typing import Any

from .startup import skip_address_parser

skip_address_parser()  # before any of the modules below is loaded
import_module("IPython.lib.lexers")  # otherwise each worker would load it for its first feedback page
import_module("cs231n_lib.classroom.feedback")
import_module("cs231n_lib.classroom.grading.feedback_pages")
import_module("cs231n_lib.classroom.grading.judge")

gc.freeze()
gc.collect()


def dask_setup(_: Any) -> None:
    """Detach a Dask worker from the terminal, so that only the grader receives Ctrl+C."""
    os.setsid()
