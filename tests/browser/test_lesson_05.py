"""Lesson 05 in a real JupyterLab: mistakes that students make are named, and the cloud follows its buttons."""

import pytest
from browser.lab import Lab
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.audit]

LESSON = "05_preprocessing/05_preprocessing.ipynb"

BY_ALL = """def standardize(train, test):
    both = np.concatenate([train, test])
    mean, std = both.mean(axis=0), both.std(axis=0)
    std = np.where(both.max(axis=0) > both.min(axis=0), std, 1)
    return (train - mean) / std, (test - mean) / std"""
ROWS = """def pca_fit(x):
    mean = x.mean(axis=0)
    _, s, components = np.linalg.svd(x - mean)
    return mean, components, s**2 / len(x)"""


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        ("standardize", BY_ALL, "you compute the mean and scale over both parts, so the test part leaks into training"),
        ("pca_fit", ROWS, "you return the components as rows, as the third result"),
    ],
)
def test_a_known_mistake_is_named(lesson: Lab, exercise: str, answer: str, said: str) -> None:
    assert said in lesson.answer(exercise, answer)
    lesson.screenshot(f"lesson-05-{exercise}", lesson.outputs(f"check_{exercise}"))


def test_the_cloud_is_whitened_at_a_button(lesson: Lab) -> None:
    cell = lesson.find("explorables.cloud(")
    lesson.run(cell)
    shown = lesson.cell(cell).locator(".jp-OutputArea-output .widget-vbox")
    shown.get_by_role("button", name="PCA-whitened").click()
    expected = "standard deviations of 1.00 and 1.00 and a correlation of 0.00"
    expect(shown.locator(".widget-html").last).to_contain_text(expected)
    lesson.theme("dark")
    lesson.screenshot("lesson-05-cloud-dark", lesson.cell(cell))
    assert lesson.errors == []
