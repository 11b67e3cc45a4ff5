"""Descriptions of the course for machines: ``codemeta.json``, and schema.org's words on the site's first page.

Both are made from ``pyproject.toml``, ``CITATION.cff`` and the plan of the course. After a change of one of these, run
``python -m website.metadata``, which writes ``codemeta.json``.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import yaml

from cs231n_lib.course.plan import LESSONS, NOTEBOOKS, Lesson
from website import ROOT

FILE = "codemeta.json"
LICENCES = "https://spdx.org/licenses/"


def codemeta(root: Path = ROOT) -> dict[str, Any]:
    """Describe the software in the terms of CodeMeta. Addresses are left out while the project has none."""
    project, citation = _read(root)
    urls = project.get("urls", {})
    described = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": project["name"],
        "alternateName": citation["title"],
        "description": project["description"],
        "version": project["version"],
        "license": _licences(project),
        "author": _authors(citation),
        "programmingLanguage": "Python",
        "runtimePlatform": f"Python {project['requires-python']}",
        "softwareRequirements": project["dependencies"],
        "codeRepository": urls.get("Repository"),
        "softwareHelp": urls.get("Documentation"),
    }
    return {name: value for name, value in described.items() if value}


def course(root: Path = ROOT) -> dict[str, Any]:
    """Describe the course and its lessons in the terms of schema.org."""
    project, citation = _read(root)
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": citation["title"],
        "description": project["description"],
        "version": project["version"],
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "license": _licences(project),
        "author": _authors(citation),
        "educationalLevel": "undergraduate",
        "hasPart": [_lesson(one) for one in NOTEBOOKS],
    }


def written(root: Path = ROOT) -> str:
    """Return the text of ``codemeta.json``."""
    return json.dumps(codemeta(root), indent=2, ensure_ascii=False) + "\n"


def script(root: Path = ROOT) -> str:
    """Return the description of the course for the head of a page."""
    # A closing tag in a text would end the script.
    text = json.dumps(course(root), ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def _read(root: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project, yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))


def _licences(project: dict[str, Any]) -> list[str]:
    return [LICENCES + name for name in project["license"].split(" AND ")]


def _authors(citation: dict[str, Any]) -> list[dict[str, str]]:
    """Describe an author with a single name as an organisation, and others as people."""
    found = []
    for author in citation["authors"]:
        if "name" in author:
            found.append({"@type": "Organization", "name": author["name"]})
        else:
            person = {"givenName": author["given-names"], "familyName": author["family-names"]}
            found.append({"@type": "Person", **person, **({"@id": author["orcid"]} if "orcid" in author else {})})
    return found


def _lesson(one: Lesson) -> dict[str, Any]:
    described = {
        "@type": "LearningResource",
        "position": one.number,
        "name": one.title,
        "description": one.question,
        "teaches": one.writes,
        "learningResourceType": "notebook with exercises",
        "timeRequired": f"PT{int(60 * one.hours)}M",
    }
    return described if one in LESSONS else described | {"creativeWorkStatus": "optional"}


if __name__ == "__main__":
    (ROOT / FILE).write_text(written(), encoding="utf-8")
    print(f"Wrote {FILE}.")
