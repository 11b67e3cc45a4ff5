"""Backup of a student's work as a zip, which can be merged into the lessons.

A start page shows the buttons with ``from cs231n_lib.course.student.backup import MyWork`` and ``MyWork()``.
"""

from .buttons import MyWork as MyWork
