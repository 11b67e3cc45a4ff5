"""Lessons, each in its own package with checks, experiments, figures and explorables.

No lesson imports another.
"""

import os

# The texts, the stored outputs and the claims have NumPy's figures. Processes that a lesson starts follow.
os.environ["CS231N_COMPILED"] = "0"
