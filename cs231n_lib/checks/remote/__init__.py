"""Check a function that lives in another process."""
