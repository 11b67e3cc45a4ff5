"""Pure reference functions, one module per family.

Forward and backward passes come in pairs, and no function changes its arguments. Error messages show the shapes. A
module is imported only when it is requested.
"""
