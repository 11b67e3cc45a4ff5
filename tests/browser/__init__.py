"""A package, so that Chromium and its page live as long as the tests of this folder run."""
