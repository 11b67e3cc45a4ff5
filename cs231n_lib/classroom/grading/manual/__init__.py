"""Tools for objections to grades and for shared marking."""
