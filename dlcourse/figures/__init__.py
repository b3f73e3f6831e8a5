"""Every figure of the book: a function of a theme that returns a picture and its alt text."""
