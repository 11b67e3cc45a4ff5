"""Location of the expression at which a wrong answer goes wrong."""
