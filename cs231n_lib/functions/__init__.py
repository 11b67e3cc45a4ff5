"""Pure reference functions, one module per family.

Forward and backward passes come in pairs, and no function changes its arrays. Messages about wrong shapes show them. A
module is imported only when it is requested.
"""
