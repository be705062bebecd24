"""Our own addresses, a module for each part of the site."""

from ckanext.lebak.organizations.aliases import lebak_organization_aliases
from ckanext.lebak.views.access import lebak_access
from ckanext.lebak.views.downloads import lebak_downloads
from ckanext.lebak.views.notices import lebak_notices
from ckanext.lebak.views.office import lebak_office
from ckanext.lebak.views.pages import lebak
from ckanext.lebak.views.people import lebak_people
from ckanext.lebak.views.releases import lebak_releases
from ckanext.lebak.views.review import lebak_review
from ckanext.lebak.views.withdrawal import lebak_withdrawal

# CKAN asks their hooks in this order: that a record was withdrawn is said before anything else of it.
__all__ = [
    "lebak_withdrawal",
    "lebak",
    "lebak_access",
    "lebak_downloads",
    "lebak_notices",
    "lebak_office",
    "lebak_organization_aliases",
    "lebak_people",
    "lebak_releases",
    "lebak_review",
]
