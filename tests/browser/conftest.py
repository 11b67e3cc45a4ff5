"""Chromium and a JupyterLab on a copy of the course, for tests that do what a student does."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browser.lab import ARTEFACTS, REPOSITORY, Lab, Server, serve
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--no-sandbox",  # Chromium's sandbox refuses root, which is who runs tests in a container.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def program() -> str:
    """The machine's own Chromium; without one the tests are skipped, or fail where CI is set."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found:
        return found
    missing = f"no browser found (looked for {', '.join(_NAMES)}); on Debian: apt-get install chromium"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def server(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One JupyterLab for all tests, on a copy of ``notebooks/`` in which they may write."""
    home = tmp_path_factory.mktemp("jupyter")
    root = shutil.copytree(REPOSITORY / "notebooks", home / "root")
    with serve(root, home) as running:
        yield running


# Playwright keeps an event loop running in this thread, which no test elsewhere could bear: not beyond one module.
@pytest.fixture(scope="module")
def browser(program: str) -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def lab(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """JupyterLab in a new page; what it looked like at the end is in ``artefacts/<test>-end.png``."""
    with _page(browser, server, height=900) as lab:
        yield lab
        lab.page.screenshot(path=ARTEFACTS / f"{request.node.name}-end.png")


@pytest.fixture(scope="module")
def lesson(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """The module's ``LESSON`` as released, its imports done: one page for its tests, each of which uses other cells."""
    path = server.root / request.module.LESSON
    released = path.read_bytes()
    with _page(browser, server, height=1000) as lab:
        lab.open(request.module.LESSON)
        lab.run(1)
        yield lab
    path.write_bytes(released)


@contextmanager
def _page(browser: Browser, server: Server, height: int) -> Iterator[Lab]:
    context = browser.new_context(viewport={"width": 1280, "height": height})
    yield Lab(context.new_page(), server)
    # The next test must not meet this one's kernel: it would be slowed down, or read messages meant for this page.
    address, headers = f"{server.url}api/sessions", {"Authorization": f"token {server.token}"}
    for session in context.request.get(address, headers=headers).json():
        context.request.delete(f"{address}/{session['id']}", headers=headers)
    context.close()
