"""Where CKAN asks the gate: when a record was saved and is not indexed yet."""

from __future__ import annotations

from typing import Any

from ckan.types import Context

from ckanext.lebak.release import gate


class ReleaseHooks:
    """Parts of IPackageController."""

    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """Notes who made the record."""
        gate.settle(pkg_dict["id"], context.get("user") or "")

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """Notes who changed the record; stops a switch that does not end with what was approved."""
        gate.settle(pkg_dict["id"], context.get("user") or "")
