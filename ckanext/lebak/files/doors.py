"""The doors that CKAN 2.12's file storages open beside a record's own: ``file_show``, ``/file/download``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.lebak.files.access import may_read_file, user_of

_READ = "show"


class StorageDoors:
    """IFiles: a file that somebody registered under a record or its resource is as restricted as the record's own."""

    def files_file_allows(self, context: Context, file: model.File, operation: Any) -> bool | None:
        """Whether a file may be read; None where our rule has nothing to say.

        Args:
            context: Of the request.
            file: The file, with its owner.
            operation: ``show``, ``update`` or ``delete``.
        """
        owner = file.owner
        if owner is not None and owner.owner_type in ("resource", "package"):
            resource = model.Resource.get(owner.owner_id) if owner.owner_type == "resource" else None
            package = resource.package if resource else model.Package.get(owner.owner_id)
            if package is not None and operation == _READ:
                return may_read_file(user_of(context), package, resource)
            return None
        # Of nobody, but where files of records lie: CKAN's question whether one manages files.
        in_resources = file.storage == tk.config["ckan.files.default_storages.resource"]
        return False if in_resources and operation == _READ else None
