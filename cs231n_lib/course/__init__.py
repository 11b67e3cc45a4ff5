"""The course as students meet it: its plan, a class's settings, their progress, the map of the start page."""

__all__ = ["map", "plan", "practice", "progress", "readme", "settings", "text"]
