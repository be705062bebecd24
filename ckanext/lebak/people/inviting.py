"""Accounts by invitation. An account is made first and its letter sent after: a failing mail server loses nothing.

CKAN's own ``user_invite`` deletes the account when the letter cannot be sent, which the head of an office may not even
do. Here the account stays, and the letter can be sent again.
"""

from __future__ import annotations

import logging
import re
import smtplib
from collections.abc import Iterable

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import mailer
from ckan.logic.schema import create_user_for_user_invite_schema
from ckan.types import Context

log = logging.getLogger(__name__)

_LONGEST = 90  # CKAN takes names up to 100 characters; the rest is for a number


def add_account(name: str, email: str, *, full_name: str = "", by: str = "") -> model.User:
    """Makes an account that waits for its person to choose a password. Leaves the commit to its caller.

    Args:
        name: Of the account.
        email: Where the invitation goes.
        full_name: As it is shown.
        by: Name of the account that invites.

    Raises:
        ValidationError: CKAN refuses the name or the address.
    """
    # CKAN's `user_invite` makes the account in the same way: who may invite is asked before.
    context = Context(user=by, ignore_auth=True, defer_commit=True)
    context["schema"] = create_user_for_user_invite_schema()
    fields = {"name": name, "email": email, "fullname": full_name, "state": model.State.PENDING}
    made = tk.get_action("user_create")(context, {key: value for key, value in fields.items() if value})
    user = model.User.get(made["id"])
    assert user is not None  # noqa: S101 - it was made in this transaction
    user.state = model.State.PENDING  # which the schema lets only sysadmins set
    model.Session.flush()
    return user


def free_name(email: str) -> str:
    """A name for an account that nobody has, from the part of its address before the ``@``."""
    stem = re.sub(r"[^a-z0-9_-]+", "-", email.partition("@")[0].lower()).strip("-")[:_LONGEST]
    stem = stem if len(stem) > 2 else f"akun-{stem}".strip("-")  # noqa: PLR2004 - CKAN's shortest name but one
    number = 1
    name = stem
    while model.User.get(name) is not None:
        number += 1
        name = f"{stem}-{number}"
    return name


def account_of(email: str) -> model.User | None:
    """The account with this e-mail address that is not deleted, whatever the size of its letters."""
    query = model.Session.query(model.User).filter(model.User.state != model.State.DELETED)
    return query.filter(model.User.email.ilike(_literally(email))).first()


def send_invitation(user_id: str, organization_id: str | None, role: str | None = None) -> bool:
    """Sends the letter with which a person chooses a password. CKAN commits when it makes the key of the letter.

    Args:
        user_id: Of the account that waits.
        organization_id: The office that the letter names.
        role: CKAN's capacity that the letter names; None for what is granted beside membership.

    Returns:
        Whether the mail server took it. If not, the account is there, and this can be called again.

    Raises:
        ObjectNotFound: There is no such account.
    """
    user = model.User.get(user_id)
    if user is None:
        raise tk.ObjectNotFound(user_id)
    group = model.Group.get(organization_id) if organization_id else None
    if not tk.config.get("smtp.mail_from"):
        log.warning("The invitation of %r was not sent: smtp.mail_from is not set", user.name)
        return False
    office = {"title": group.title, "is_organization": True} if group and role else None
    try:
        mailer.send_invite(user, office, role)
    except (mailer.MailerException, smtplib.SMTPException, OSError) as error:
        log.warning("The invitation of %r was not sent: %s", user.name, error)
        return False
    return True


def invited_to(user: model.User) -> Iterable[tuple[str, str | None]]:
    """The offices that an account is a member of, each as id and CKAN's capacity."""
    query = model.Session.query(model.Member.group_id, model.Member.capacity).filter_by(
        table_name="user", table_id=user.id, state=model.State.ACTIVE
    )
    return [(row.group_id, row.capacity) for row in query]


def _literally(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
