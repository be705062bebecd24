"""What is done for releases once a day, and withdrawals again when the site starts."""

from __future__ import annotations

import logging

from ckan import model

from ckanext.lebak.release import withdrawals, workflow, working_copy

log = logging.getLogger(__name__)


def daily() -> list[str]:
    """Releases what was approved for a day that has come, and ends switches that were cut off.

    Returns:
        Ids of what was released.
    """
    done = workflow.publish_due()
    for copy_id in working_copy.unfinished():
        working_copy.finish(copy_id)
    if done:
        log.info("Released as approved for today: %s", ", ".join(done))
    model.Session.remove()
    return done


def reapply() -> list[str]:
    """Withdraws again what a backup of the database brought back, and completes the register of withdrawals.

    Returns:
        Ids of what was public and is not any more.
    """
    withdrawals.complete()
    done = [word.package_id for word in withdrawals.brought_back() if workflow.withdraw_again(word.package_id, word.at)]
    if done:
        log.warning("Withdrawn again, after they came back with a backup: %s", ", ".join(done))
    model.Session.remove()
    return done
