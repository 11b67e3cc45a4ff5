"""Lesson 02, backpropagation: pass the blame back."""
