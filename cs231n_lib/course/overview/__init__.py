"""Progress on the start page, in a terminal and in the README."""
