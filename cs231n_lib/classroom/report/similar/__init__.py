"""List of pairs of submissions that are closer than the class explains."""
