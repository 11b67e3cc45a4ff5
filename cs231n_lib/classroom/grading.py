"""What grading a class needs beyond nbgrader's own steps."""
