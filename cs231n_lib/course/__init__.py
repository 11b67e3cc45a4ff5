"""The course as students meet it: its plan, their progress, the map of the start page."""
