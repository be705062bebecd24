"""Actions on what a person is told. What they do stands in the room ``notices/``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.notices import inbox

__all__ = ["lebak_notice_digest_set", "lebak_notice_list", "lebak_notice_read"]


@tk.side_effect_free
def lebak_notice_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What you are told of the records that concern you: what you have not read first, then the newest.

    :returns: ``unread`` (how many), ``digest`` (whether you get the daily e-mail) and ``notices``, each with ``id``,
        ``what``, ``at``, ``read_at``, ``package_id``, ``sentence``, ``address`` and ``message`` (text for a messenger)
    :rtype: dictionary
    """
    tk.check_access("lebak_notice_list", context, data_dict)
    user = _user(context)
    return {
        "unread": inbox.unread(user),
        "digest": inbox.wants_digest(user),
        "notices": [inbox.shown(told) for told in inbox.listed(user)],
    }


def lebak_notice_read(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Mark notices of yours as read.

    :param ids: ids of the notices (optional, default: all of yours)
    :type ids: list of ints

    :returns: ``read``: how many were not read before
    :rtype: dictionary
    """
    tk.check_access("lebak_notice_read", context, data_dict)
    ids = None if data_dict.get("ids") is None else _numbers(data_dict["ids"])
    read = inbox.mark_read(_user(context), ids)
    model.Session.commit()
    return {"read": read}


def lebak_notice_digest_set(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Turn the daily e-mail on or off, for yourself.

    :param digest: whether you want it
    :type digest: boolean

    :returns: ``digest``
    :rtype: dictionary
    """
    tk.check_access("lebak_notice_digest_set", context, data_dict)
    user, wanted = _user(context), tk.asbool(tk.get_or_bust(data_dict, "digest"))
    inbox.set_digest(user, wanted=wanted)
    model.Session.commit()
    return {"digest": wanted}


def _user(context: Context) -> model.User:
    user = model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    return user


def _numbers(given: Any) -> list[int]:
    try:
        return [int(each) for each in (given if isinstance(given, list) else [given])]
    except (TypeError, ValueError):
        raise tk.ValidationError({"ids": [tk._("This must be a number.")]}) from None
