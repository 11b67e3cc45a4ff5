"""The pictures of lesson 09, each with the sentence that says what it shows."""

__all__: list[str] = []
