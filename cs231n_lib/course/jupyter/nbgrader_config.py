"""Empty configuration, because nbgrader warns students if it finds none."""
