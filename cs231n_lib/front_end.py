"""Whether someone is there to move a slider."""

import os
import sys


def has_live_front_end() -> bool:
    """Whether this runs in a notebook with a person before it, who sees widgets.

    A program that runs a notebook, such as nbclient, says that it takes no input; a front end does take some. Where
    ``CS231N_STATIC`` is set, or nbgrader runs the notebook, the answer is no: pictures are shown in place of widgets.
    """
    if "CS231N_STATIC" in os.environ or "NBGRADER_EXECUTION" in os.environ:
        return False
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    request = kernel.get_parent("shell") if kernel else {}
    return bool(request.get("content", {}).get("allow_stdin"))
