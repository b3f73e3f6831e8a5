"""Errors that end a command: one sentence that says what was given, what is wanted, what to do."""


class DlcourseError(Exception):
    """Something the person at the keyboard can put right; the message says how."""
