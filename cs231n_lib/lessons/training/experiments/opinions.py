"""What the dashboard says of the curves that the student named."""

from cs231n_lib.lessons.training import faults
from cs231n_lib.lessons.use import Use
from cs231n_lib.training.diagnosis import diagnose


def second_opinion(use: Use) -> str:
    """The six curves of the student's number: the student's names, and the dashboard's diagnosis beside them."""
    run = use.run()
    number, names = run.name_curves()
    rows = [f"{'':2} {'named':18} the dashboard says"]
    for letter, name, history in zip("abcdef", names, faults.histories(int(number)), strict=True):
        found = [finding.name for finding in diagnose(history, classes=10)]
        rows.append(f"{letter:2} {name:18} {', '.join(found) or 'nothing'}")
    return "\n".join([*rows, *([run.says.replace("**", "")] if run.says else [])])
