"""The exercises of lesson 09, training."""

__all__: list[str] = []
