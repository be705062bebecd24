"""Validators of the SDI fields: each checks or normalises one value.

Every name here is a CKAN validator. The factories (`lebak_code`, `lebak_codes`, `lebak_period_order`,
`lebak_plain_text`, `lebak_required_at_release`, `lebak_required_when`) are named in a schema without arguments and read
their options from the field. Values that are missing or empty pass: whether a field must be filled in is asked by
`lebak_required_at_release` and its like alone, because drafts may be incomplete.

Lists are stored as JSON text, as ckanext-scheming stores its own, and not at all when they are empty.
"""

from __future__ import annotations

from ckanext.lebak.logic.validators.codes import (
    lebak_area_code,
    lebak_code,
    lebak_codes,
    lebak_recommendation_number,
    lebak_sds_code,
    lebak_urusan,
)
from ckanext.lebak.logic.validators.contact import lebak_http_url, lebak_office_email, lebak_office_phone
from ckanext.lebak.logic.validators.dates import (
    lebak_iso_date,
    lebak_period,
    lebak_period_order,
    lebak_years,
)
from ckanext.lebak.logic.validators.files import lebak_closed_keeps_no_file, lebak_no_file_of_closed
from ckanext.lebak.logic.validators.presence import (
    lebak_ignore_empty,
    lebak_required_at_release,
    lebak_required_when,
    lebak_sysadmin_only,
    lebak_tags_required_at_release,
)
from ckanext.lebak.logic.validators.text import lebak_index_size, lebak_plain_text, lebak_text_list
from ckanext.lebak.logic.validators.workflow import (
    lebak_priority_keepers_only,
    lebak_workflow_only,
    lebak_workflow_status,
)

__all__ = [
    "lebak_area_code",
    "lebak_closed_keeps_no_file",
    "lebak_code",
    "lebak_codes",
    "lebak_http_url",
    "lebak_ignore_empty",
    "lebak_index_size",
    "lebak_iso_date",
    "lebak_no_file_of_closed",
    "lebak_office_email",
    "lebak_office_phone",
    "lebak_period",
    "lebak_period_order",
    "lebak_plain_text",
    "lebak_priority_keepers_only",
    "lebak_recommendation_number",
    "lebak_required_at_release",
    "lebak_required_when",
    "lebak_sds_code",
    "lebak_sysadmin_only",
    "lebak_tags_required_at_release",
    "lebak_text_list",
    "lebak_urusan",
    "lebak_workflow_only",
    "lebak_workflow_status",
    "lebak_years",
]
