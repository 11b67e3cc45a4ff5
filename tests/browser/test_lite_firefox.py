"""Lesson 01 in Firefox, where Python runs in the page: a named mistake, Stop, the reload and the map."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.answers import DIVIDED_BY_H
from browser.firefox import PROGRAMS, Firefox, firefox
from browser.lab import ARTEFACTS, MINUTE
from browser.lite import OPENED, START_SECONDS, TRAINING, Site, serve_site
from machine import lacking

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSON = "01_optimization/01_optimization.ipynb"
IDLE = "() => window.jupyterapp.shell.currentWidget.sessionContext?.session?.kernel?.status === 'idle'"
FIND = """() => {
    const cells = () => window.jupyterapp.shell.currentWidget.content.widgets;
    window.cellWith = text => cells().find(c => c.model.type === 'code' && c.model.sharedModel.source.includes(text));
}"""
START = """text => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.indexOf(cellWith(text));
    window.cellEnded = false;
    window.jupyterapp.commands.execute('notebook:run-cell').then(() => window.cellEnded = true);
}"""
ENDED = "() => window.cellEnded"
SOURCE = "text => cellWith(text).model.sharedModel.source"
OUTPUT = "text => cellWith(text).outputArea.node.innerText"
WRITE = "(text, source) => { cellWith(text).model.sharedModel.setSource(source); }"
APPEND = """async source => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.length - 1;
    await window.jupyterapp.commands.execute('notebook:insert-cell-below');
    notebook.activeCell.model.sharedModel.setSource(source);
}"""
STOP = """() => {
    const button = [...document.querySelectorAll('.cs-live button')].find(b => b.innerText === 'Stop' && !b.disabled);
    const drawn = button && document.querySelector('.cs-live canvas');
    if (drawn) button.click();
    return !!drawn;
}"""
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save').then(() => true)"


@pytest.fixture(scope="module")
def page(offline_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Firefox, Site]]:
    """Firefox, and the site."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        lacking("no Firefox. To try this, install it (Debian: apt-get install firefox-esr)")
    with serve_site(offline_site) as site, firefox(program, tmp_path_factory.mktemp("firefox")) as tab:
        yield tab, site


def opened(page: tuple[Firefox, Site], notebook: str = LESSON) -> Firefox:
    """Load the page with a notebook, and wait until Python has started."""
    tab, site = page
    tab.goto(f"{site.url}/lite/lab/index.html?path={notebook}")
    tab.wait_for(OPENED, notebook, timeout=2 * MINUTE)
    tab.wait_for(IDLE, timeout=START_SECONDS)
    tab.evaluate(FIND)
    return tab


def run(tab: Firefox, text: str, timeout: float = 3 * MINUTE) -> str:
    """Run the first cell in whose source this stands, and return what it shows."""
    tab.evaluate(START, text)
    tab.wait_for(ENDED, timeout=timeout)
    return str(tab.evaluate(OUTPUT, text))


def test_named_mistake_in_firefox(page: tuple[Firefox, Site]) -> None:
    tab = opened(page)
    assert run(tab, "from cs231n_lib.lessons.optimization import") == ""
    tab.evaluate(WRITE, "def numerical_gradient_centered", DIVIDED_BY_H)
    run(tab, "def numerical_gradient_centered")
    report = run(tab, "checks.numerical_gradient_centered()")
    assert "Likely mistake: you divide by h, but your two points are 2 * h apart. Divide by 2 * h." in report
    tab.screenshot(ARTEFACTS / "firefox-named-mistake.png")
    tab.evaluate(SAVE)


def test_stop_ends_a_training_in_firefox(page: tuple[Firefox, Site]) -> None:
    tab, _ = page
    tab.evaluate(APPEND, TRAINING)
    tab.evaluate(START, TRAINING)
    tab.wait_for(STOP, timeout=2 * MINUTE)
    tab.wait_for(ENDED, timeout=2 * MINUTE)
    assert "Ending.ASKED" in tab.evaluate(OUTPUT, TRAINING)
    tab.screenshot(ARTEFACTS / "firefox-stopped.png")


def test_firefox_keeps_what_was_saved(page: tuple[Firefox, Site]) -> None:
    tab = opened(page)
    assert tab.evaluate(SOURCE, "def numerical_gradient_centered") == DIVIDED_BY_H
    assert "0 of 100" in run(opened(page, "index.ipynb"), "CourseMap()")
    assert tab.console == []
