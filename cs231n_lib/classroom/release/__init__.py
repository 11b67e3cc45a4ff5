"""Release of the course, from the texts of lessons to notebooks for students."""
