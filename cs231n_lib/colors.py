"""Colours that people with every type of colour vision can distinguish.

Colour is never the only cue. A marker, a word, a dash pattern or a hatch carries the same information.

`TEXT`, `FAINT_TEXT` and `LINK` follow the page's theme. VS Code's variables come first, because a page in VS Code also
has JupyterLab's variables, which ipywidgets sets to a light theme.

Source: Okabe & Ito (2008), *Color Universal Design*.
"""

BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
YELLOW = "#F0E442"
GREY = "#7F7F7F"
LIGHT_GREY = "#BBBBBB"

TEXT = "var(--vscode-foreground, var(--jp-ui-font-color1, inherit))"
FAINT_TEXT = "var(--vscode-descriptionForeground, var(--jp-ui-font-color2, inherit))"
LINK = "var(--vscode-textLink-foreground, var(--jp-content-link-color, inherit))"
"""CSS colours of text. A link that inherits its colour must be underlined."""
