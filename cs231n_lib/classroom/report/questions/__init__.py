"""Questions on a student's own code, with a key for the assistant.

The instructor's process reads the graded notebooks and writes the pages (`write`). A student's code runs only in the
sandbox (`isolated`, `worker`), where `generate` asks and answers the questions.
"""
