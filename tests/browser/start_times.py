"""Print how long a first and a second start of lesson 01 in a browser take, and what goes over the wire.

    .venv/bin/python tests/browser/start_times.py [SITE]

SITE is the folder of a built site, as it is published. Without it the offline variant is built first, which needs
``python3 .ci/pyodide.py`` and ``make site`` once. The times count from the address to the end of Python's start, of the
imports, and of the first check.
"""

import os
import sys
import time
from collections import Counter
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from browser.answers import DIVIDED_BY_H  # noqa: E402  (needs the line above)
from browser.lab import MINUTE, Server  # noqa: E402  (as above)
from browser.lite import Lite, Site, serve_site  # noqa: E402  (as above)
from machine import BROWSER_OPTIONS, BROWSERS, ROOT  # noqa: E402  (as above)
from playwright.sync_api import BrowserContext, sync_playwright  # noqa: E402  (as above)

from website import lite as builder  # noqa: E402  (as above)

LESSON = "01_optimization/01_optimization.ipynb"


def main() -> None:
    """Print the times of both starts and the bytes of each file."""
    program = next(path for path in map(which, BROWSERS) if path)
    with TemporaryDirectory() as temporary, sync_playwright() as playwright:
        home = Path(temporary)
        with serve_site(Path(sys.argv[1]) if sys.argv[1:] else offline(home)) as site:
            context = playwright.chromium.launch_persistent_context(
                home / "profile",
                executable_path=program,
                args=BROWSER_OPTIONS,
                viewport={"width": 1280, "height": 1000},
            )
            for title in ("first", "second"):
                site.sent.clear()
                print(f"{title} start: {started(context, site)}")
                print_bytes(site.sent)
            context.close()


def offline(home: Path) -> Path:
    """Build the variant that needs no network."""
    builder.build(home / "html", home / "work", (ROOT / "artefacts/pyodide").resolve())
    return home / "html"


def started(context: BrowserContext, site: Site) -> str:
    """Start the lesson in a new page, and describe the times."""
    load, began = os.getloadavg()[0], time.perf_counter()
    lite = Lite(context.new_page(), Server(site.url, "", site.folder))
    lite.open(LESSON)
    times = {"Python ready": time.perf_counter() - began}
    lite.run(1, 3 * MINUTE)
    times["imports done"] = time.perf_counter() - began
    report = lite.answer("numerical_gradient_centered", DIVIDED_BY_H)
    times["answer checked"] = time.perf_counter() - began
    assert "Likely mistake" in report
    lite.page.close()
    return ", ".join(f"{what} after {seconds:.1f} s" for what, seconds in times.items()) + f" (load {load:.1f})"


def print_bytes(sent: Counter[str]) -> None:
    """Print the bytes of each file, the largest first, and their sum."""
    for path, size in sent.most_common():
        print(f"{size:12,}  {path}")
    print(f"{sent.total():12,}  in {len(sent)} files, compressed where servers compress")


if __name__ == "__main__":
    main()
