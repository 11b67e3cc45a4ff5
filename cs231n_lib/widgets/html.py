"""HTML for a notebook, with the words for where a front end knows none."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Html:
    """Shown as ``html``, or as ``text`` where a front end knows no HTML."""

    html: str
    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}
