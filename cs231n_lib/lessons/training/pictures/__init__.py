"""Figures of lesson 09 with their captions."""

from .capstone import confusion as confusion
from .capstone import first_weights as first_weights
from .capstone import images as images
from .capstone import surest_mistakes as surest_mistakes
from .checking import ratios as ratios
from .checking import suspects as suspects
from .search import against_chance as against_chance
from .search import by_model as by_model
from .search import decades as decades
from .search import in_rounds as in_rounds
from .search import same_budget as same_budget
from .search import short_rounds as short_rounds
from .search import trial_map as trial_map
from .watching import curves as curves
from .watching import gallery as gallery
from .watching import luck as luck
