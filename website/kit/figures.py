"""Figures of demonstrations as SVG, which print sharply at any size."""

import io
import re
from importlib import import_module

from cs231n_lib.course import mine
from cs231n_lib.course.plan import HOME, slug_of
from cs231n_lib.widgets.explorable import Explorable
from website.kit.plans import Demonstration

SALT = "cs231n_lib"
"""Makes the names within a figure the same in each build."""


def explorable_of(folder: str, demonstration: Demonstration) -> Explorable:
    """Return the explorable of a demonstration, with the library's functions."""
    module, _, name = demonstration.explorable.partition(".")
    make = getattr(import_module(f"{HOME}.{slug_of(folder)}.{module}"), name)
    found: Explorable = make(use=mine) if "use" in make.__code__.co_varnames[: make.__code__.co_argcount] else make()
    return found


def draw(folder: str, demonstration: Demonstration) -> tuple[str, str, str]:
    """Return the figure of a demonstration as SVG, its sentence and its caption."""
    from matplotlib import rc_context

    explorable = explorable_of(folder, demonstration)
    figure, sentence = explorable.figure(**explorable.presets[demonstration.preset])
    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": f"{SALT} {folder} {demonstration.preset}", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    return svg[svg.index("<svg") :], sentence, explorable.caption


def settings(folder: str, demonstration: Demonstration) -> list[tuple[str, str]]:
    """Return the labels of the controls that a preset sets, with their values."""
    explorable = explorable_of(folder, demonstration)
    preset = explorable.presets[demonstration.preset]
    return [(explorable.labels[name], _value(value)) for name, value in preset.items()]


def _value(value: str | float) -> str:
    """Write the value of a control, with three significant digits unless it is a whole number.

    >>> _value("sin 4πx"), _value(1000), _value(10**0.7), _value(0.02)
    ('sin 4πx', '1,000', '5.01', '0.02')
    """
    if isinstance(value, str):
        return value
    return f"{int(value):,}" if value == int(value) else f"{value:.3g}"


def unique(svg: str, prefix: str) -> str:
    """Give the names within a figure a prefix, so that several figures can be in one page."""
    names = set(re.findall(r'\bid="([^"]+)"', svg))
    return re.sub(r'(id="|href="#|url\(#)([^")]+)', lambda m: f"{m[1]}{prefix}{m[2]}" if m[2] in names else m[0], svg)
