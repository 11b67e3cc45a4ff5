"""A pytest plugin that keeps Python's garbage collector away from the collected tests.

A worker collects 12,000 tests, and what they and their modules consist of stays until its end. The garbage collector
would look at all of it while it grows, and again in each full collection, of which pytest makes five at the end.
"""

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Stop the garbage collector while tests are collected, and hide them from it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
