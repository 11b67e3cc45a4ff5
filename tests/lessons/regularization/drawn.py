"""How to draw quickly the pictures of lesson 07 that train networks."""

ARGUMENTS = {"winners": [(2,)], "sizes": [(2,)]}

LONG = {"sizes", "winners", "limits", "histograms"}
"""Pictures that train for long all the same, left to the audit."""
