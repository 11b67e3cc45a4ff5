"""HTML output for a notebook, with a plain-text alternative."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Html:
    """HTML output with a plain-text alternative."""

    html: str
    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}
