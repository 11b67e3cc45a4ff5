"""A student's answers, as experiments and milestones call them."""
