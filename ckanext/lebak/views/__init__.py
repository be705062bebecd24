"""Our own addresses, a module for each part of the site."""

from ckanext.lebak.organizations.aliases import lebak_organization_aliases
from ckanext.lebak.views.access import lebak_access
from ckanext.lebak.views.coordination import lebak_coordination
from ckanext.lebak.views.data_list import lebak_data_list
from ckanext.lebak.views.data_requests import lebak_data_requests
from ckanext.lebak.views.downloads import lebak_downloads
from ckanext.lebak.views.epss import lebak_epss
from ckanext.lebak.views.ewalidata import lebak_ewalidata
from ckanext.lebak.views.forum import lebak_forum
from ckanext.lebak.views.notices import lebak_notices
from ckanext.lebak.views.office import lebak_office
from ckanext.lebak.views.pages import lebak
from ckanext.lebak.views.people import lebak_people
from ckanext.lebak.views.planning import lebak_planning
from ckanext.lebak.views.proposals import lebak_proposals
from ckanext.lebak.views.releases import lebak_releases
from ckanext.lebak.views.review import lebak_review
from ckanext.lebak.views.statistics import lebak_statistics
from ckanext.lebak.views.withdrawal import lebak_withdrawal
from ckanext.lebak.views.workbooks import lebak_workbooks

# CKAN asks their hooks in this order: first whether the address can be one at all; that a record was withdrawn is said
# before anything else of it.
__all__ = [
    "lebak",
    "lebak_withdrawal",
    "lebak_access",
    "lebak_data_requests",
    "lebak_coordination",
    "lebak_data_list",
    "lebak_downloads",
    "lebak_epss",
    "lebak_forum",
    "lebak_ewalidata",
    "lebak_notices",
    "lebak_office",
    "lebak_organization_aliases",
    "lebak_people",
    "lebak_proposals",
    "lebak_planning",
    "lebak_releases",
    "lebak_review",
    "lebak_statistics",
    "lebak_workbooks",
]
