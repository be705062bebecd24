"""Ending what a person can still come in with: API tokens, sessions, remembered logins.

Rights are read from the database at each request, so who leaves an office has none there at the next one. Their tokens
and sessions end all the same: they were given for work that is over. CKAN keeps a session in a signed cookie that
nobody can take back; so each account has a mark, a session remembers the mark that it began with, and the two are
compared at each request.
"""

from __future__ import annotations

import secrets
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from flask import session

_EXTRAS = "lebak"
_MARK = "access"
_SESSION_KEY = "lebak_access"


def end_access(person: model.User) -> None:
    """Revokes the tokens of an account and ends its sessions. Leaves the commit to its caller.

    A remembered login of this account is not taken for a session any more, now and later: CKAN gives it no mark.
    """
    model.Session.execute(sa.delete(model.ApiToken).where(model.ApiToken.user_id == person.id))
    extras = person.plugin_extras or {}
    # A new dict: a change inside the old one is not noticed.
    person.plugin_extras = {**extras, _EXTRAS: {**extras.get(_EXTRAS, {}), _MARK: secrets.token_urlsafe(12)}}
    model.Session.add(person)
    model.Session.flush()


def begin_session(sender: Any, *, user: model.User, **kwargs: Any) -> None:
    """At a login: the session remembers the mark of its account."""
    session[_SESSION_KEY] = _mark(user)


class Sessions:
    """IAuthenticator."""

    def identify(self) -> None:
        """Signs a person out whose session began before their access was ended."""
        by_token = tk.g.get("login_via_auth_header")
        if tk.current_user.is_authenticated and not by_token and session.get(_SESSION_KEY) != _mark(tk.current_user):
            tk.logout_user()
            tk.g.user = ""
            tk.g.userobj = None


def _mark(user: Any) -> str | None:
    return (user.plugin_extras or {}).get(_EXTRAS, {}).get(_MARK)
