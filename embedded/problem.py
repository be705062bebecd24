"""The one exception that people are meant to read."""

from __future__ import annotations


class Problem(Exception):
    """Something the person at the keyboard can mend; its text is the sentence that says how."""
