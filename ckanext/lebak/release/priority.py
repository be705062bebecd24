"""The national list of priority data, as the walidata and the coordinator note it here.

The minister of planning sets it (Perpres 39/2019, articles 28 and 30). It is not the office's to say, so it is no part
of the content that is approved, and noting it does not touch a release.
"""

from __future__ import annotations

from collections.abc import Iterable

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.lebak import audit
from ckanext.lebak.release import gate


def keep(package_id: str, actor: str, *, years: Iterable[str], criterion: str = "", indicator: str = "") -> None:
    """Notes the years in which a dataset is on the list, and commits.

    Args:
        package_id: Id of the dataset.
        actor: Name of the account.
        years: None to take it off the list.
        criterion: Why it is on the list.
        indicator: Name of the indicator on the list.

    Raises:
        ValidationError: A year is none.
    """
    listed = [str(year) for year in years]
    fields = {"prioritas_tahun": listed, "kriteria_prioritas": criterion, "indikator_prioritas": indicator}
    audit.note(actor, "priority.set", package_id=package_id, details={"years": listed})
    with gate.opened(actor):
        tk.get_action("package_patch")(Context(user=actor, ignore_auth=True), {"id": package_id, **fields})
    model.Session.commit()
