"""Actions on what machines read: the report for the walidata, and what an office sees of its own record."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.feed import checking, report

__all__ = ["lebak_feed_problem_show", "lebak_feed_report"]


@tk.side_effect_free
def lebak_feed_report(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Who harvested, which records machines do not get or get in part, and what to mend.

    You must act as walidata.

    :returns: ``snapshot`` (what is published), ``waiting`` (changes that are not), ``drop`` (an unexpected fall of the
        count), ``visits`` by agent (the 50 that came last), ``other_visits`` (the sum of the others, and how many
        ``agents`` they are), ``problems`` (records set aside or told in part), ``check`` (the last comparison of
        database, search index and feed), ``unindexed`` (records that the search index could not take in), ``unfit``
        (records that a portal would refuse or take incompletely) and ``poorest`` (records with the fewest points of the
        European quality assessment)
    :rtype: dictionary
    """
    tk.check_access("lebak_feed_report", context, data_dict)
    check = checking.last_check()  # first: CKAN ends the session's transaction when it reads that
    return report.report(model.Session.connection(), check)


@tk.side_effect_free
def lebak_feed_problem_show(context: Context, data_dict: DataDict) -> dict[str, Any] | None:
    """Why machines do not get a record, or not all of it.

    You must be authorized to edit the dataset.

    :param id: id of the dataset
    :type id: string

    :returns: ``state`` (``aside``: set aside; ``partial``: told without what is named), ``at``, ``published`` (when
        the version that harvesters get was published, None if they get none) and ``reasons``, each with ``field``,
        ``resource`` (position of the file, from 0, or None) and ``sentence``; None if there is no problem
    :rtype: dictionary
    """
    package_id = tk.get_or_bust(data_dict, "id")
    tk.check_access("lebak_feed_problem_show", context, data_dict)
    return report.problem(model.Session.connection(), package_id)
