"""What the student of the browser tests types into cells of several notebooks."""

DIVIDED_BY_H = """def numerical_gradient_centered(f, x, h=1e-5):
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[i] += h
        below[i] -= h
        dx[i] = (f(above) - f(below)) / h
    return dx"""
"""A slope twice too large: the span is 2h."""
