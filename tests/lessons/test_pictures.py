"""What holds for every picture of a lesson: it is labelled, small enough to keep, and says in words what it shows."""

from collections.abc import Iterator
from importlib import import_module
from inspect import isfunction
from typing import Any

import pytest
from lessons.battery import WRITTEN, brought, handed_mine
from matplotlib.figure import Figure

from cs231n_lib.course.plan import HOME, PRIMER

pytestmark = pytest.mark.slow


def calls() -> Iterator[Any]:
    """Slug, name and arguments of each call that draws a picture; those that train for long are left to the audit."""
    for lesson in (PRIMER, *WRITTEN):
        drawn = brought(lesson.slug, "drawn")
        arguments, long = getattr(drawn, "ARGUMENTS", {}), getattr(drawn, "LONG", ())
        for name, function in vars(import_module(f"{HOME}.{lesson.slug}.pictures")).items():
            if (
                isfunction(function)
                and not name.startswith("_")
                and "Picture" in str(function.__annotations__.get("return"))
            ):
                for number, args in enumerate(arguments.get(name, [()])):
                    marks = [pytest.mark.audit] if name in long else []
                    yield pytest.param(lesson.slug, name, args, id=f"{lesson.slug}-{name}-{number}", marks=marks)


@pytest.mark.parametrize(("slug", "name", "args"), [*calls()])
def test_figure_has_labels_and_a_caption_and_is_small(
    slug: str, name: str, args: tuple[Any, ...], figures: list[Figure], monkeypatch: pytest.MonkeyPatch
) -> None:
    for target, stand_in in getattr(brought(slug, "drawn"), "STAND_INS", {}).items():
        monkeypatch.setattr(target, stand_in)
    picture = handed_mine(getattr(import_module(f"{HOME}.{slug}.pictures"), name))(*args)
    (figure,) = figures
    assert len(picture.png) < 100_000
    assert picture.caption.endswith((".", "?"))
    assert "  " not in picture.caption
    for ax in figure.axes:
        if ax.axison and ax.get_xticklabels():
            assert ax.get_title(loc="left") or ax.get_title()
            assert ax.get_xlabel()
            assert ax.get_ylabel()
        elif ax.get_images():
            assert ax.get_title(loc="left") or ax.get_title() or ax.get_xlabel()
