"""Lessons, each a package with checks, experiments, figures and explorables.

No lesson imports another.
"""

import os

# Texts, stored outputs and claims contain NumPy's results. Processes that a lesson starts inherit the setting.
os.environ["CS231N_COMPILED"] = "0"
