"""Verdicts with time limits that answers seldom reach, so that the speed of Python and of the machine decides nothing.

python tests/lite/patient.py TESTS EVERY LESSON FOLDER...

The program prints the verdicts as JSON. Node calls its function in Pyodide.
"""

import json
import sys
from pathlib import Path

from cs231n_lib import browser

PATIENCE = 10
browser.SLOWNESS *= PATIENCE  # before the modules of the checks read it
sys.path.append(str(Path(__file__).parents[1] / "checks"))

from verdicts import chosen, verdicts  # noqa: E402  (needs the lines above)


def patient_verdicts(tests: Path, every: int, lesson: str, folders: list[str]) -> str:
    """Verdicts on every n-th answer in folders of the tests, as JSON."""
    return json.dumps(verdicts(chosen([tests / folder for folder in folders], every, lesson), PATIENCE))


if __name__ == "__main__":
    tests, every, lesson, *folders = sys.argv[1:]
    print(patient_verdicts(Path(tests), int(every), lesson, folders))
