"""Verdicts with time limits that answers seldom reach, so that the speed of Python and of the machine decides nothing.

python tests/lite/patient.py EVERY LESSON ONLY FOLDER...

ONLY is a list of titles as JSON, or empty for all answers. The program prints the verdicts as JSON. Node calls its
function in Pyodide.
"""

import json
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
PATIENCE, PATIENCE_FOR_FEW = 10, 40
"""Factors of the time limits. Chosen titles get more, because a search for a place takes longer in Pyodide."""


def patient_verdicts(every: int, lesson: str, only: list[str], folders: list[str]) -> str:
    """Verdicts on every n-th answer in folders of the tests, as JSON. Call it before the checks are imported."""
    from cs231n_lib import browser

    patience = PATIENCE_FOR_FEW if only else PATIENCE
    browser.SLOWNESS *= patience  # before the modules of the checks read it
    sys.path[:0] = [str(TESTS), str(TESTS / "checks")]
    from lite.verdicts import chosen, title, verdicts

    answers = chosen([TESTS / folder for folder in folders], every, lesson)
    return json.dumps(verdicts([one for one in answers if not only or title(one) in only], patience))


if __name__ == "__main__":
    every, lesson, only, *folders = sys.argv[1:]
    print(patient_verdicts(int(every), lesson, json.loads(only), folders))
