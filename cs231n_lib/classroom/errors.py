"""Errors that end a command of the classroom."""

ALTERNATIVES = (
    "or grade on another machine. With --unsafe (nbgrader autograde: --JudgeChecks.unsafe=True) submissions run with "
    "your permissions and can read, change and send whatever you can"
)


class ClassroomError(Exception):
    """Raised if a command cannot go on. The message says why and usually what to do."""


class WorkersError(Exception):
    """Raised if no worker is available to grade. The message says why, and what to do."""


class SandboxError(Exception):
    """Raised if the sandbox is missing, cannot start or can be escaped.

    Attributes
    ----------
    reason : str
        What is wrong.
    remedy : str
        How to repair it on this machine.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy[:1].upper()}{remedy[1:]}, {ALTERNATIVES}")
        self.reason, self.remedy = reason, remedy
