"""Experiments of lesson 09 on sanity checks, training curves, searches and the capstone."""

from .baselines import baselines as baselines
from .baselines import memorise as memorise
from .capstone import decide as decide
from .capstone import open_once as open_once
from .capstone import tried as tried
from .capstone import tries as tries
from .curves import second_opinion as second_opinion
from .curves import watch as watch
from .longer import longer as longer
from .proof import prove as prove
from .sanity import sanity as sanity
from .search_journal import taken_up as taken_up
