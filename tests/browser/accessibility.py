"""What axe-core, the checker that many browsers' own tools use, finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OURS = [".jp-MarkdownCell .jp-RenderedHTMLCommon", ".jp-OutputArea-output"]
"""What the course wrote of a notebook's page; the rest is the front end's."""

NOT_OURS = {"link-in-text-block": {"enabled": False}}
"""JupyterLab shows every link without its underline."""


def findings(page: Page, *parts: str, rule: str = "") -> list[str]:
    """What axe finds in these parts of the page by all rules; or by one, and then also what it cannot decide."""
    # JupyterLab's body has no height and hides what is beyond it, so that axe would take every word for hidden.
    height = page.add_style_tag(content="html, body { height: 100% !important; }")
    options = {"runOnly": [rule]} if rule else {"rules": NOT_OURS}
    found = Axe().run(page, {"include": [[part] for part in parts if page.locator(part).count()]}, options).response
    height.evaluate("style => style.remove()")
    (contrast,) = (one for one in found["passes"] if one["id"] == "color-contrast")
    assert any("contrastRatio" in (check["data"] or {}) for node in contrast["nodes"] for check in node["any"])
    undecided = found["incomplete"] if rule else []
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'].splitlines()[-1].strip()}"
        for one in [*found["violations"], *undecided]
        for node in one["nodes"]
    ]
