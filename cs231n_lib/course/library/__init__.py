"""Module of a student's own functions, with its tests and README."""
