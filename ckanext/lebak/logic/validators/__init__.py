"""Validators of the SDI fields: each checks or normalises one value.

Every name here is a CKAN validator. The factories (`lebak_code`, `lebak_codes`, `lebak_no_nip`, `lebak_only_asked`,
`lebak_period_order`, `lebak_plain_text`, `lebak_record`, `lebak_required_at_release`, `lebak_required_when`) are named
in a schema without arguments and read their options from the field. Values that are missing or empty pass: whether a
field must be filled in is asked by `lebak_required_at_release` and its like alone, because drafts may be incomplete.

Lists are stored as JSON text, as ckanext-scheming stores its own, and not at all when they are empty.
"""

from __future__ import annotations

from ckanext.lebak.logic.validators.codes import (
    lebak_area_code,
    lebak_code,
    lebak_codes,
    lebak_province_code,
    lebak_recommendation_number,
    lebak_regency_code,
    lebak_sds_code,
    lebak_urusan,
)
from ckanext.lebak.logic.validators.contact import lebak_http_url, lebak_office_email, lebak_office_phone
from ckanext.lebak.logic.validators.dates import (
    lebak_iso_date,
    lebak_period,
    lebak_period_order,
    lebak_year,
    lebak_years,
)
from ckanext.lebak.logic.validators.files import lebak_closed_keeps_no_file, lebak_no_file_of_closed
from ckanext.lebak.logic.validators.indicators import lebak_formula, lebak_reference_keepers_only
from ckanext.lebak.logic.validators.presence import (
    lebak_ignore_empty,
    lebak_required_at_release,
    lebak_required_when,
    lebak_sysadmin_only,
    lebak_tags_required_at_release,
)
from ckanext.lebak.logic.validators.questions import (
    lebak_days,
    lebak_kept_apart,
    lebak_no_nip,
    lebak_number,
    lebak_only_asked,
    lebak_record,
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
    "lebak_days",
    "lebak_formula",
    "lebak_http_url",
    "lebak_ignore_empty",
    "lebak_index_size",
    "lebak_iso_date",
    "lebak_kept_apart",
    "lebak_no_file_of_closed",
    "lebak_no_nip",
    "lebak_number",
    "lebak_office_email",
    "lebak_office_phone",
    "lebak_only_asked",
    "lebak_period",
    "lebak_period_order",
    "lebak_plain_text",
    "lebak_priority_keepers_only",
    "lebak_province_code",
    "lebak_recommendation_number",
    "lebak_record",
    "lebak_regency_code",
    "lebak_reference_keepers_only",
    "lebak_required_at_release",
    "lebak_required_when",
    "lebak_sds_code",
    "lebak_sysadmin_only",
    "lebak_tags_required_at_release",
    "lebak_text_list",
    "lebak_urusan",
    "lebak_workflow_only",
    "lebak_workflow_status",
    "lebak_year",
    "lebak_years",
]
