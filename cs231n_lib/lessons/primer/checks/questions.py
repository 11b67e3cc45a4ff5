"""Questions whose replies name the sections of the primer to read."""

from cs231n_lib.widgets.warm_up import MultipleChoice, Number, WarmUp

questions = WarmUp(
    (
        Number(
            "**Arrays and axes.** x is `[[1, 2, 3], [4, 5, 6]]`. What is the first entry of `x.sum(axis=0)`?",
            "`axis=0` adds the entries of each column, so the first entry of the result is 1 + 4.",
            5,
            {
                6: "That is 1 + 2 + 3, the sum along axis 1. Read **Arrays and axes**.",
                21: "That is the sum of all entries, which you get without `axis`. Read **Arrays and axes**.",
            },
            "Which entries does axis 0 add? Read **Arrays and axes**.",
        ),
        MultipleChoice(
            "**Broadcasting.** x has shape (3, 4) and m has shape (3,). What does `x - m` do?",
            "NumPy aligns the shapes at their right ends, where 4 and 3 differ and neither is 1.",
            {
                "a": "It subtracts one number from each row",
                "b": "It subtracts one number from each column",
                "c": "It raises an error",
            },
            "c",
            {
                "a": "For that, m would need the shape (3, 1). Read **Broadcasting**.",
                "b": "For that, m would need four entries. Read **Broadcasting**.",
            },
        ),
        Number(
            "**Indexing, copies and views.** After `a = np.zeros(3)`, `b = a[[0, 1]]` and `b[0] = 5`, what is `a[0]`?",
            "Indexing with a list of positions makes a copy, so a does not change. The slice `a[:2]` would be a view.",
            0,
            {
                5: "That would hold for the slice `a[:2]`, a view. Read **Indexing** and **Copies and views**.",
            },
            "Do a and b share their memory? Read **Indexing** and **Copies and views**.",
        ),
        Number(
            "**Gradients and first-order approximation.** f(x₀, x₁) is x₀² + 3 x₀ x₁. You move from (2, 1) "
            "to (2.01, 1). By about how much does f grow?",
            "The partial derivative 2 x₀ + 3 x₁ is 7, and you multiply it by the step, which is 0.01.",
            0.07,
            {
                0.04: "At x₁ = 1, the term 3 x₀ x₁ grows with x₀ too. Read **Gradients**.",
                0.06: "That is the growth for a step in x₁. Read **Gradients**.",
                7: "That is the slope. Multiply it by the step. Read **First-order approximation**.",
            },
            "Multiply the slope by the step. Read **Gradients** and **First-order approximation**.",
        ),
        Number(
            "**Chain rule.** L is (2w − 1)². What is its derivative with respect to w at w = 2?",
            "The outer derivative is 2 · 3 and the inner one is 2, and you multiply the two.",
            12,
            {
                6: "You left out the derivative of 2w − 1. Read **Chain rule**.",
                9: "That is L itself. Read **Chain rule**.",
            },
            "Multiply the outer derivative by the inner one. Read **Chain rule**.",
        ),
        MultipleChoice(
            "**Matrix products.** x has shape (64, 3) and d has shape (64, 5). Which product has shape (3, 5)?",
            "`x.T` has shape (3, 64), and the inner lengths 64 and 64 disappear.",
            {"a": "`x @ d`", "b": "`x.T @ d`", "c": "`d.T @ x`"},
            "b",
            {
                "a": "The inner lengths 3 and 64 differ, so NumPy raises an error. Read **Matrix products**.",
                "c": "This product has shape (5, 3). Read **Matrix products**.",
            },
        ),
        Number(
            "**Standard error.** 25 runs have a standard deviation of 10. What is the standard error of their mean?",
            "The standard deviation is divided by √25.",
            2,
            {
                10: "The mean of 25 runs varies less than a single run. Read **Standard error**.",
                0.4: "Divide by √25, not by 25. Read **Standard error**.",
            },
            "Divide by the square root of the number of runs. Read **Standard error**.",
        ),
        Number(
            "**Eigenvectors.** By which factor does the matrix `[[2, 1], [1, 2]]` stretch the vector (1, 1)?",
            "The product is (3, 3), which has the same direction and three times the length.",
            3,
            {
                2: "Multiply each row by (1, 1) and add up the products. Read **Eigenvectors and the SVD**.",
                1: "That is the factor for (1, −1). Read **Eigenvectors and the SVD**.",
            },
            "Multiply the matrix by (1, 1). Read **Eigenvectors and the SVD**.",
        ),
    )
)
