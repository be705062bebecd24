"""What follows from an action of CKAN once it is committed: background jobs, nothing that a person waits for."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import SignalMapping
from redis.exceptions import RedisError

from ckanext.lebak.feed import changes
from ckanext.lebak.organizations.changes import reindex
from ckanext.lebak.people.access import begin_session
from ckanext.lebak.tables.jobs import enqueue_scans, enqueue_tables

log = logging.getLogger(__name__)


class Subscriptions:
    """ISignal."""

    def get_signal_subscriptions(self) -> SignalMapping:
        """Every way of saving a dataset, a file or an organization ends in one of these actions."""
        return {
            tk.signals.action_succeeded: [
                {"sender": "package_create", "receiver": _dataset_saved},
                {"sender": "package_update", "receiver": _dataset_saved},
                {"sender": "organization_update", "receiver": _organization_saved},
                {"sender": "lebak_member_hand_over", "receiver": _handed_over},
                *({"sender": action, "receiver": _feed_changed} for action in changes.CHANGING),
            ],
            tk.signals.user_logged_in: [begin_session],
        }


def _dataset_saved(sender: str, *, result: Any, **kwargs: Any) -> None:
    # A caller may ask for the id only.
    dataset = (
        result if isinstance(result, dict) else tk.get_action("package_show")({"ignore_auth": True}, {"id": result})
    )
    enqueue_scans(dataset)
    enqueue_tables(dataset)


def _feed_changed(sender: str, **kwargs: Any) -> None:
    changes.tell()


def _organization_saved(sender: str, *, result: dict[str, Any], **kwargs: Any) -> None:
    # The index of a dataset holds the names of its office; CKAN renews it only when the address changes in a form.
    if model.Session.query(model.Package.id).filter_by(owner_org=result["id"]).first():
        tk.enqueue_job(reindex, [result["id"]], title=f"Search index of {result['name']}")


def _handed_over(sender: str, *, data_dict: dict[str, Any], result: dict[str, int], **kwargs: Any) -> None:
    # The index of a dataset holds who is responsible for it.
    office = model.Group.get(data_dict["id"])
    if office is None or not any(result.values()):
        return
    try:
        tk.enqueue_job(reindex, [office.id], title=f"Search index of {office.name}")
    except RedisError:
        log.warning("The search index of %s does not name the successor until it is rebuilt", office.name)
