"""Build the site and look it over: ``python -m website [FOLDER]``.

With ``CS231N_PYODIDE`` set to a folder made by ``.ci/pyodide.py``, the lessons in the browser use that Pyodide. Only
tests do so.
"""

import os
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from website import HERE, LITE, ROOT, lite
from website.check import problems
from website.check_lite import lite_problems
from website.source import lay_out


def build(folder: Path) -> list[str]:
    """Write the site to ``folder/html`` and say what is wrong with it; what was in ``folder`` is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    source, site = folder / "source", folder / "html"
    lay_out(ROOT, source)
    # Warnings are errors. Two pages at a time; what Sphinx remembers for the next time is none of the site.
    options = ["-q", "-W", "--keep-going", "-j", "2", "-c", str(HERE), "-d", str(folder / "doctrees")]
    if sphinx([*options, "-D", f"html_static_path={source / '_static'}", str(source), str(site)]):
        return ["Sphinx had something to say"]
    (site / ".buildinfo").unlink()
    (site / ".nojekyll").touch()  # GitHub would leave out folders with an underscore
    pyodide = os.environ.get("CS231N_PYODIDE")
    lite.build(site, folder / "lite", Path(pyodide).resolve() if pyodide else None)
    return [*problems(ROOT, site), *lite_problems(site / LITE, None if pyodide else lite.published().module)]


parser = ArgumentParser(prog="python -m website", description="Build the public site.")
parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "artefacts/site", help="default: artefacts/site")
folder = parser.parse_args().folder.resolve()
found = build(folder)
good = f"The site is in {folder / 'html'}: no answer in it, no dead link, no formula left as it was written."
if os.environ.get("CS231N_PYODIDE"):
    good += "\nIts lessons in the browser are the variant for tests. Do not publish it."
print("\n".join(found) or good)
sys.exit(bool(found))
