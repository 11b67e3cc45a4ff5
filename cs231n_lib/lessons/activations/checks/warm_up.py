"""What lesson 03 asks about earlier ones before it begins."""

from cs231n_lib.widgets.warm_up import Choice, Number, WarmUp

warm_up = WarmUp(
    (
        Choice(
            "A layer computes `out = x @ w + b`, with x (N, D) and w (D, M); `dout` is (N, M). What is `dw`?",
            "It must be (D, M) like w, and N, over which the examples add up, must be the inner size: (D, N) @ (N, M).",
            {"a": "`x.T @ dout`", "b": "`dout @ w.T`", "c": "`dout.T @ x`"},
            "a",
            {
                "b": "That is (N, D), the shape of x: it is `dx`.",
                "c": "That is (M, D). A gradient has the shape of what it belongs to, and w is (D, M).",
            },
        ),
        Number(
            "x goes into two parts of a network. On the way back one of them hands it the gradient 2, the other −3. "
            "What is dL/dx?",
            "Gradients that meet where the road forked add up: 2 − 3 = −1. In code that is `+=`.",
            -1,
            {
                -6: "Gradients multiply *along* a path. Where two paths meet, they add.",
                2: "That is the first alone. Where is the second?",
                -3: "That is what `=` leaves, where `+=` belongs: the second overwrites the first.",
                -0.5: "Gradients that meet add up; there is no mean.",
            },
            "Both ways count. What happens to gradients that meet at a fork?",
        ),
        Choice(
            "A gradient check of a network with kinks, in float64, fails in 2 of 10,000 entries. With a smaller h both "
            "of them pass. What was it?",
            "Near a kink the difference is wrong as long as h reaches across, and the analytic gradient is right.",
            {"a": "A bug in the backward pass", "b": "Two kinks close by", "c": "Rounding"},
            "b",
            {
                "a": "A bug stays where it is, whatever h you take.",
                "c": "Rounding grows when h shrinks: a smaller h would have made it worse.",
            },
        ),
    )
)
