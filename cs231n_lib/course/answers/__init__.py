"""Calls of a student's functions in experiments and milestones."""
