"""Questions on a student's own code, with a key for the assistant.

The instructor's process reads the graded notebooks and writes the pages (`write`). Another process, usually in the
sandbox (`isolated`, `worker`), runs the student's code, and there `generate` makes the questions and keys.
"""
