"""Late penalties, slip days and extensions, by the class's settings."""

from .extensions import enter_due_date, extend
from .policy import DAY, HOUR, LatePolicy, PerDay, update_penalties

__all__ = ["DAY", "HOUR", "LatePolicy", "PerDay", "enter_due_date", "extend", "update_penalties"]
