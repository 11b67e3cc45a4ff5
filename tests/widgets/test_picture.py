"""A picture carries its sentence everywhere: beside it, for screen readers, and as its text."""

import base64
import io
import re
from html.parser import HTMLParser

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from cs231n_lib.widgets.picture import DPI, Picture
from cs231n_lib.widgets.style import label, line, paper

CAPTION = 'Loss < 1 & "falling"; <script>alert(1)</script>'


def draw(points: int = 50, caption: str = CAPTION) -> Picture:
    figure, (ax,) = paper(6.0, 3.0)
    rng = np.random.default_rng(0)
    for index in range(6):
        ax.plot(rng.normal(size=points).cumsum(), **line(index), label=f"run {index}")
    ax.legend()
    label(ax, "Six walks", "step", "height")
    return Picture(figure, caption)


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: dict[str, dict[str, str | None]] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def html(picture: Picture) -> str:
    return picture._repr_mimebundle_()[0]["text/html"]


def test_text_output_is_the_caption() -> None:
    picture = draw()
    assert repr(picture) == CAPTION
    assert picture._repr_mimebundle_() == ({"text/plain": CAPTION, "text/html": html(picture)}, {})


def test_caption_is_escaped_in_html_and_alternative_text() -> None:
    shown = _Elements(html(draw()))
    assert set(shown.tags) == {"figure", "img", "figcaption"}
    assert shown.tags["img"]["alt"] == CAPTION
    assert shown.text == CAPTION


def test_html_contains_png_at_its_size() -> None:
    picture = draw()
    data = re.search(r"data:image/png;base64,([^\"]+)", html(picture))
    assert data is not None
    image = Image.open(io.BytesIO(base64.b64decode(data[1])))
    assert image.size == (6 * DPI, 3 * DPI)
    assert _Elements(html(picture)).tags["img"]["width"] == str(6 * 96)


def test_detailed_picture_stays_small() -> None:
    assert len(draw(points=5000).png) < 100_000


def test_equal_figures_give_equal_bytes() -> None:
    assert draw().png == draw().png
    assert draw(points=50).png != draw(points=51).png


def test_tight_bbox_setting_does_not_crop_pictures() -> None:
    with mpl.rc_context({"savefig.bbox": "tight"}):
        cut = draw()
    assert cut.png == draw().png


def test_reduced_palette_keeps_line_colours() -> None:
    image = Image.open(io.BytesIO(draw().png)).convert("RGB")
    colours = {colour for _, colour in image.getcolors(1 << 20) or []}
    for index in range(6):
        wanted = np.array([int(line(index)["color"][i : i + 2], 16) for i in (1, 3, 5)])
        nearest = min(float(np.abs(np.array(colour) - wanted).max()) for colour in colours)
        assert nearest <= 12, f"line {index} is drawn {nearest} off its colour"


@pytest.mark.parametrize(("title", "x", "y", "lacking"), [("", "step", "height", "title"), ("Walk", "", "", "x label")])
def test_unlabelled_axes_are_refused_in_a_build(
    title: str, x: str, y: str, lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure, (ax,) = paper(6.0, 3.0)
    ax.plot([0.0, 1.0])
    label(ax, title, x, y)
    Picture(figure, "A line.")
    monkeypatch.setenv("CS231N_STATIC", "1")
    with pytest.raises(ValueError, match=f"axes 0 .* have no {lacking}"):
        Picture(figure, "A line.")


def test_image_without_a_title_is_refused_in_a_build(monkeypatch: pytest.MonkeyPatch) -> None:
    figure, (ax,) = paper(2.0, 2.0)
    ax.imshow(np.zeros((2, 2)))
    ax.axis("off")
    monkeypatch.setenv("CS231N_STATIC", "1")
    with pytest.raises(ValueError, match="have no title"):
        Picture(figure, "An image.")


@pytest.mark.parametrize("caption", ["no sentence", "Two  spaces."])
def test_caption_that_is_no_sentence_is_refused_in_a_build(caption: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CS231N_STATIC", "1")
    with pytest.raises(ValueError, match="must be a sentence"):
        draw(caption=caption)
