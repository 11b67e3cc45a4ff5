"""The explorables of lesson 08."""

from .race import race
from .schedule import schedule

__all__ = ["race", "schedule"]
