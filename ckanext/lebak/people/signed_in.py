"""Who asks, in a request."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model


def signed_in() -> model.User | None:
    """The account of who is signed in, or whose token came with the request; None for a visitor."""
    return model.User.get(tk.current_user.name) if tk.current_user.is_authenticated else None
