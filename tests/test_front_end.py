"""Whether a person with widgets is there is told from the environment and from the request that runs the cell."""

import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest

from cs231n_lib.front_end import has_live_front_end, progress_bar


class Kernel:
    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request

    def get_parent(self, channel: str) -> dict[str, Any]:
        assert channel == "shell"
        return self.request


class Shell:
    def __init__(self, kernel: Kernel | None) -> None:
        if kernel:
            self.kernel = kernel


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CS231N_STATIC", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def use(monkeypatch: pytest.MonkeyPatch, shell: Shell | None) -> None:
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)


ASKED_BY_A_PERSON = Shell(Kernel({"content": {"allow_stdin": True}}))


def test_request_that_accepts_input_has_a_live_front_end(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, ASKED_BY_A_PERSON)
    assert has_live_front_end() is True


@pytest.mark.parametrize(
    "shell",
    [
        pytest.param(Shell(Kernel({"content": {"allow_stdin": False}})), id="nbclient"),
        pytest.param(Shell(Kernel({"content": {}})), id="says nothing about input"),
        pytest.param(Shell(Kernel({})), id="no request"),
        pytest.param(Shell(None), id="IPython in a terminal"),
        pytest.param(None, id="IPython imported only"),
    ],
)
def test_other_requests_have_no_live_front_end(monkeypatch: pytest.MonkeyPatch, shell: Shell | None) -> None:
    use(monkeypatch, shell)
    assert has_live_front_end() is False


@pytest.mark.parametrize("name", ["CS231N_STATIC", "NBGRADER_EXECUTION"])
def test_environment_variable_turns_the_live_front_end_off(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    use(monkeypatch, ASKED_BY_A_PERSON)
    monkeypatch.setenv(name, "1")
    assert has_live_front_end() is False


def test_front_end_detection_does_not_import_ipython() -> None:
    code = (
        "import sys; from cs231n_lib.front_end import has_live_front_end, progress_bar\n"
        "assert not has_live_front_end() and 'IPython' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("interrupted", [False, True])
def test_progress_bar_leaves_no_saved_output(monkeypatch: pytest.MonkeyPatch, interrupted: bool) -> None:
    use(monkeypatch, ASKED_BY_A_PERSON)
    shown: list[Any] = []

    class Handle:
        def update(self, content: Any, *, raw: bool) -> None:
            shown.append(content)

    def display(content: Any, *, display_id: bool) -> Handle:
        shown.append(type(content).__name__)
        return Handle()

    monkeypatch.setattr("IPython.display.display", display)
    with suppress(KeyboardInterrupt), progress_bar(10, "step") as bar:
        bar.update(4)
        assert shown == ["TqdmHBox"]
        if interrupted:
            raise KeyboardInterrupt
    assert (bar.total, bar.n) == (10, 4)
    assert shown == ["TqdmHBox", {"text/plain": ""}]


def test_progress_bar_without_front_end_is_silent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, None)
    with progress_bar(10, "step") as bar:
        bar.update(4)
    assert capsys.readouterr() == ("", "")
