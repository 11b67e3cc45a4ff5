"""Safe calls of a student's function, and comparison of its results."""
