"""What the worker does for releases, once a day and after a start."""

from __future__ import annotations

import logging

from ckan import model

from ckanext.lebak.release import workflow, working_copy

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
