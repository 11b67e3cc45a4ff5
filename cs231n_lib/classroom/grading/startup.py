"""Preparation that lets a program start sooner."""

import sys


def skip_address_parser() -> None:
    """Keep jsonschema from loading its parser of internationalised addresses.

    Building this parser takes half a second, and no notebook needs it. Call this function before any import of
    jsonschema, such as nbformat's.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None means not installed


def pytest_addoption() -> None:
    """Call `skip_address_parser` in tests, where this module is the first plug-in."""
    skip_address_parser()
