"""What the lessons measure: each function runs one experiment and returns its numbers; the pictures draw them."""
