"""Neural networks from scratch: reference functions, a fast network, checks that name a mistake, live plots.

Importing the package costs little more than importing NumPy: matplotlib and the widgets load on first use.
"""
