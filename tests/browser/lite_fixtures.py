"""The lessons in a browser for tests: a site on this machine, and a page that may ask no other machine."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.lab import Server
from browser.lite import Lite, Site, serve_site
from machine import BROWSER_OPTIONS
from playwright.sync_api import Browser, BrowserContext, ProxySettings

from website import LITE
from website.check_lite import KERNEL


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """The site, served by this machine."""
    folder = os.environ.get("CS231N_SITE")
    with serve_site(Path(folder) if folder else request.getfixturevalue("offline_site")) as served:
        yield served


@pytest.fixture(scope="module")
def allowed(site: Site) -> tuple[str, ...]:
    """Beginnings of the addresses that a page may ask."""
    settings = json.loads((site.folder / LITE / "jupyter-lite.json").read_text("utf-8"))
    module = settings["jupyter-config-data"]["litePluginSettings"][KERNEL]["pyodideUrl"]
    local = (f"{site.url}/", "data:", "blob:")
    return (*local, module.rpartition("/")[0] + "/") if "CS231N_SITE" in os.environ else local


@pytest.fixture(scope="module")
def profile(
    browser: Browser, program: str, site: Site, allowed: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """Windows of a student who opens the site for the first time. In the end, no other server was asked."""
    # Nobody listens at the proxy. Playwright's handler of requests refuses them, too, but it switches off the cache.
    nowhere = None if "CS231N_SITE" in os.environ else ProxySettings(server="http://127.0.0.1:9", bypass="127.0.0.1")
    # With a profile on disk, because the cache of a private window has no room for Matplotlib.
    context = browser.browser_type.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=program,
        args=BROWSER_OPTIONS,
        viewport={"width": 1280, "height": 1000},
        proxy=nowhere,
    )
    asked = list[str]()
    context.on("request", lambda request: asked.append(request.url))
    yield context
    context.close()
    assert [address for address in asked if not address.startswith(allowed)] == []
    # Browsers ask for the first by themselves, and JupyterLab for the files that a traceback names.
    assert [path for path in site.missing if not path.startswith(("/favicon.ico", "/lite/api/contents/lib/"))] == []


@pytest.fixture(scope="module")
def lite(profile: BrowserContext, site: Site) -> Lite:
    """A page with the lessons."""
    return Lite(profile.new_page(), Server(site.url, "", site.folder))
