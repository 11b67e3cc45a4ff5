"""Lesson 02 on backpropagation."""
