"""Who sees what they are told: everybody their own."""

from __future__ import annotations

from ckan import model
from ckan.types import AuthResult, Context, DataDict

__all__ = ["lebak_notice_digest_set", "lebak_notice_list", "lebak_notice_read"]


def lebak_notice_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever is signed in, for themselves."""
    return {"success": model.User.get(context.get("user")) is not None}


def lebak_notice_read(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever is signed in, for themselves."""
    return lebak_notice_list(context, data_dict)


def lebak_notice_digest_set(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever is signed in, for themselves."""
    return lebak_notice_list(context, data_dict)
