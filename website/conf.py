"""Settings of Sphinx."""

import tomllib
from importlib.metadata import version as version_of

from website import ROOT

_urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"].get("urls", {})

project = "cs231n_lib"
author = "the cs231n_lib authors"
project_copyright = "the cs231n_lib authors. Code: MIT. Texts and pictures: CC BY 4.0"
version = release = version_of("cs231n_lib")
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "website.rendered"]
exclude_patterns = ["README.md"]
default_role = "code"

nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 4

add_module_names = False
toc_object_entries_show_parents = "hide"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints = "none"  # shapes and types are said in the docstrings
napoleon_google_docstring = False
napoleon_use_ivar = True

html_theme = "sphinx_book_theme"
html_title = "cs231n_lib"
html_baseurl = _urls.get("Documentation", "")
html_css_files = ["style.css"]
html_copy_source = False
html_show_sourcelink = False
html_math_renderer = "mathml"
html_context = {"default_mode": "auto"}
html_theme_options = {
    "repository_url": _urls.get("Repository", ""),
    "use_repository_button": "Repository" in _urls,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "navbar_persistent": [],
    "home_page_in_toc": False,
    "show_toc_level": 2,
    "extra_footer": "<p>Not affiliated with Stanford University, whose course CS231n gave the topics.</p>",
}
