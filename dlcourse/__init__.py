"""Foundations of deep learning: the library that the book derives, and the grader that marks it."""

__version__ = "0.1.0"
