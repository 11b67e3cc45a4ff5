"""Location of the expression that makes an answer wrong."""
