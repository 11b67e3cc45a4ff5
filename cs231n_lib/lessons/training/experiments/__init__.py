"""The experiments of lesson 09: sanity checks, curves and their faults, searches, and a network that is tested once."""

from .capstone import decide, open_once, tried, tries
from .longer import longer
from .opinions import second_opinion
from .proof import prove
from .sanity import sanity
from .search_journal import taken_up
from .watching import watch

__all__ = [
    "decide",
    "longer",
    "open_once",
    "prove",
    "sanity",
    "second_opinion",
    "taken_up",
    "tried",
    "tries",
    "watch",
]
