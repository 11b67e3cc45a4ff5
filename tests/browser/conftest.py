"""Chromium and a JupyterLab on a copy of the course, for tests that do what a student does."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browser.lab import ARTEFACTS, MINUTE, REPOSITORY, Lab, Server, serve
from browser.lite_fixtures import allowed, lite, profile, site  # noqa: F401  (fixtures)
from machine import BROWSER_OPTIONS
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="session")
def server(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One JupyterLab for all tests, on a copy of ``notebooks/`` in which they may write."""
    home = tmp_path_factory.mktemp("jupyter")
    root = shutil.copytree(REPOSITORY / "notebooks", home / "root")
    with serve(root, home) as running:
        yield running


# Playwright keeps an event loop running in this thread, which no test elsewhere could bear: not beyond this folder.
@pytest.fixture(scope="package")
def browser(program: str) -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=BROWSER_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def only_page(browser: Browser, server: Server) -> Lab:
    """The page that tests use one after the other: loading JupyterLab takes four times what opening a notebook does."""
    return Lab(browser.new_context().new_page(), server)


@pytest.fixture
def lab(only_page: Lab, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """JupyterLab with nothing open; what it looked like at the end is in ``artefacts/<test>-end.png``."""
    with _emptied(only_page, request, height=900) as lab:
        yield lab
        # A lesson that was just opened may still be drawn, on a busy machine for long.
        lab.page.screenshot(path=ARTEFACTS / f"{request.node.name}-end.png", timeout=1e3 * MINUTE)


@pytest.fixture(scope="module")
def lesson(only_page: Lab, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """The module's ``LESSON`` as released, its imports done, for all its tests, each of which uses other cells.

    A module asks for this or for ``lab``: both are the one page.
    """
    path = only_page.root / request.module.LESSON
    released = path.read_bytes()
    with _emptied(only_page, request, height=1000) as lab:
        lab.open(request.module.LESSON)
        lab.run(1)
        yield lab
    path.write_bytes(released)


@contextmanager
def _emptied(lab: Lab, request: pytest.FixtureRequest, height: int) -> Iterator[Lab]:
    """The page for a test or a module; afterwards nothing is open, and after a failure it is another page.

    The next test must not meet this one's kernel: it would be slowed down, or read messages meant for this page.
    """
    failed = request.session.testsfailed
    lab.page.set_viewport_size({"width": 1280, "height": height})
    lab.errors.clear()
    try:
        yield lab
    finally:
        if request.session.testsfailed > failed:
            lab.renew()
        else:
            lab.close_all()
