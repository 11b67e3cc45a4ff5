"""Copies of a student's work, as one zip to download and to merge into the lessons again.

A start page shows the buttons with ``from cs231n_lib.course.student.backup import MyWork`` and ``MyWork()``.
"""

from .buttons import MyWork as MyWork
