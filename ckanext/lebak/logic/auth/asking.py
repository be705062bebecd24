"""What the rules ask about whoever makes a request, and how they answer."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.types import AuthResult, Context

from ckanext.lebak.people.capacities import GRANTED, capacities_of
from ckanext.lebak.release.people import parts_of
from ckanext.lebak.release.rules import OFFICE


def asker(context: Context) -> model.User | None:
    """The account that asks; None for a visitor."""
    return model.User.get(context.get("user"))


def in_forum(user: model.User | None) -> bool:
    """Whether somebody acts as walidata, pembina or coordinator. Who stands in for a head does not."""
    return bool(capacities_of(user) & frozenset(GRANTED))


def works_for(user: model.User | None, office: Any) -> bool:
    """Whether somebody is operator or head of an office.

    Args:
        user: The account.
        office: Its id or name, as the request says it.
    """
    return bool(parts_of(user, office) & OFFICE)


def answer(allowed: bool, sentence: str) -> AuthResult:  # noqa: FBT001 - what is answered
    """What CKAN wants to hear.

    Args:
        allowed: Whether it may be done.
        sentence: What is said where it may not.
    """
    return {"success": True} if allowed else {"success": False, "msg": sentence}
