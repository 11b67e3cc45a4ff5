"""Questions about lesson 05 that only the review asks."""

from cs231n_lib.widgets.warm_up import MultipleChoice, Number

LEFT_OUT = ("predict_covariance", "predict_trained", "predict_statistics")

QUESTIONS = {
    "test_statistics": MultipleChoice(
        "Which means and standard deviations do you use to standardise the test set?",
        "The test set represents data that do not exist yet when the network is trained, so you may not compute "
        "means or standard deviations from the test set.",
        {"a": "Those of the test set", "b": "Those of the training set", "c": "Those of all data"},
        "b",
        {
            "a": "Then a test example would be scaled in a different way from an equal training example.",
            "c": "Then information about the test set would reach training.",
        },
    ),
    "min_max": Number(
        "A feature lies between 20 and 60 in the training set. Min–max scaling maps this range to [−1, 1]. Where does "
        "it map 30?",
        "30 lies a quarter of the way from 20 to 60, and a quarter of the way from −1 to 1 is −0.5.",
        -0.5,
        {
            0.25: "That is its place in [0, 1]. The range here is from −1 to 1.",
            0.5: "30 lies in the lower half of the range, so the result is negative.",
            -0.75: "You subtracted 1 from a quarter. A range from −1 to 1 is 2 wide, so double the quarter first.",
        },
        "How far along the way from 20 to 60 does 30 lie?",
    ),
    "constant_feature": MultipleChoice(
        "A feature has the same value in all training examples. What should a safe `standardize` divide it by after "
        "subtracting the mean?",
        "All its centred values are 0 and stay 0 if you divide them by 1, whereas division by its standard "
        "deviation of 0 would give NaN.",
        {"a": "Its standard deviation", "b": "1", "c": "The largest standard deviation of the other features"},
        "b",
        {
            "a": "Its standard deviation is 0, and 0 / 0 is NaN.",
            "c": "The training values would be 0 as well, but the scale of a new value would depend on other features.",
        },
    ),
    "variance_kept": Number(
        "The covariance matrix of three features has the eigenvalues 6, 3 and 1. What fraction of the variance do "
        "the first two principal components hold?",
        "An eigenvalue is the variance along its component, and (6 + 3) / (6 + 3 + 1) = 0.9.",
        0.9,
        {
            2 / 3: "That is the fraction of the components, which hold unequal parts of the variance.",
            0.6: "That is the fraction that the first component holds alone.",
            0.3: "That is the fraction that the second component holds alone.",
            0.1: "That is the fraction that is lost.",
        },
        "Divide the sum of the first two eigenvalues by the sum of all three.",
    ),
    "folds": Number(
        "You divide 500 examples into 5 folds for cross-validation. On how many examples is each of the five networks "
        "trained?",
        "Each network is validated on one fold of 100 examples and trained on the other four folds.",
        400,
        {
            100: "That is the size of the fold on which a network is validated.",
            500: "One fold is held out for validation.",
            5: "That is the number of networks.",
        },
        "How many folds are left if one is held out?",
    ),
}
