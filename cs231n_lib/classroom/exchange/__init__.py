"""Exchange with Canvas, Moodle and Gradescope."""
