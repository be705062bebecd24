"""Who may do what: a function for each of our actions, of the same name. What is not allowed here is denied."""

from ckanext.lebak.logic.auth.feed import lebak_feed_problem_show, lebak_feed_report
from ckanext.lebak.logic.auth.tables import lebak_table_load, lebak_table_show

__all__ = ["lebak_feed_problem_show", "lebak_feed_report", "lebak_table_load", "lebak_table_show"]
