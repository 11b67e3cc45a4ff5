"""The lessons, each at home in a package of its own: checks, experiments, pictures, explorables; none uses another."""
