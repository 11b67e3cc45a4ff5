"""Empty: nbgrader warns a student where it finds none."""
