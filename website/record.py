"""Record the landing page's moving picture: the dashboard of a real training, in a real JupyterLab.

python -m website.record

It writes ``website/static/dashboard-{light,dark}.webp`` and a still of each, which those see who want no motion.
"""

import io
import shutil
import sys
import tempfile
import time
from pathlib import Path

from nbformat.v4 import new_code_cell
from PIL import Image
from playwright.sync_api import sync_playwright

from website import HERE, ROOT

sys.path.insert(0, str(ROOT / "tests"))
from browser.conftest import _ARGUMENTS, _NAMES
from browser.lab import Lab, serve

TRAINING = """import numpy as np
from cs231n_lib import LiveDashboard, MLP, Trainer
from cs231n_lib.datasets import clothes
from cs231n_lib.network import Adam
(train, validation), rng = clothes(), np.random.default_rng(0)
network = MLP([196, 256, 128, 10], rng=rng)
Trainer(network, Adam(lr=3e-4), batch_size=50, rng=rng).fit(train, validation, epochs=30, callbacks=[LiveDashboard()])
"""
SIZE = {"width": 1150, "height": 900}
FRAMES = 32
SECONDS = 7.0
SHOWN_SECONDS = 4.5
"""What moves by itself for over 5 s would need a button to pause it (WCAG 2.2.2)."""
COLOURS = 32
EXACTLY = {"lossless": True, "method": 6}
MAX_BYTES = 300_000


def frames(lab: Lab, theme: str) -> list[Image.Image]:
    """What the dashboard looks like while a network is trained, at even intervals."""
    lab.write("record.ipynb", [new_code_cell(TRAINING)])
    lab.open("record.ipynb")
    lab.theme(theme)
    lab.start(0)
    live = lab.cell(0).locator(".cs-live")
    live.locator("canvas").first.wait_for()
    start, found = time.perf_counter(), []
    for number in range(FRAMES):
        lab.page.wait_for_timeout(max(0, 1000 * (start + SECONDS * number / FRAMES - time.perf_counter())))
        found.append(Image.open(io.BytesIO(live.screenshot())).convert("RGB"))
    print(theme, "took", f"{time.perf_counter() - start:.1f} s")
    live.get_by_role("button", name="Stop").click()
    lab.wait_until_done()
    return found


def save(pictures: list[Image.Image], name: str, milliseconds: int) -> None:
    """The moving picture, which plays once, and its end as a still."""
    palette = pictures[-1].quantize(COLOURS, dither=Image.Dither.NONE)
    alike = [picture.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB") for picture in pictures]
    moving = HERE / f"static/{name}.webp"
    alike[0].save(moving, save_all=True, append_images=alike[1:], duration=milliseconds, loop=1, **EXACTLY)
    alike[-1].save(HERE / f"static/{name}-still.webp", **EXACTLY)
    print(moving.name, moving.stat().st_size, alike[0].size)
    if moving.stat().st_size > MAX_BYTES:
        raise SystemExit(f"{moving.name} has more than {MAX_BYTES:,} bytes: take fewer frames or colours")


def record() -> None:
    """Both themes, one after the other."""
    program = next(filter(None, map(shutil.which, _NAMES)))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root, home = Path(folder, "root"), Path(folder, "home")
        root.mkdir()
        home.mkdir()
        with serve(root, home) as server:
            browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
            lab = Lab(browser.new_page(viewport=SIZE), server)
            for theme in ("light", "dark"):
                taken = frames(lab, theme)
                save(taken, f"dashboard-{theme}", round(1000 * SHOWN_SECONDS / FRAMES))
            browser.close()


if __name__ == "__main__":
    record()
