"""The colours of Okabe and Ito (2008), chosen to be distinct with any kind of colour vision, and two greys.

Colour never says anything alone: a mark, a word, a dash or a hatch says it too.

Source: Okabe & Ito (2008), *Color Universal Design*.

Words are written in the page's own ink: `TEXT`, `FAINT_TEXT` and `LINK`. VS Code's variables come first: where both
kinds are there, the page is VS Code's, and those of JupyterLab are a light theme that ipywidgets brought along.
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
"""CSS, for words on the page's own ground, whatever that is; a link without a colour of its own is underlined."""
