"""What the desks show: what waits for whom, and all that somebody needs to see who decides about a record.

It reads. What is decided there goes through the actions, and from them into the room ``release/``.
"""

"""What stands on the desks of those who work with records: read from the database, page by page."""

__all__ = []
