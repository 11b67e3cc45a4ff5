"""Pages for the teacher of each lesson, made from the lesson and from ``docs/teaching/<lesson>.toml``."""
