"""A student's folder: notebooks, progress and scores."""
