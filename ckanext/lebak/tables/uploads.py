"""The SHA-256 of every uploaded file, as the resource's ``hash``: the feed gives it as the checksum."""

from __future__ import annotations

import hashlib
from typing import Any

from ckan import model
from werkzeug.datastructures import FileStorage

_PART = 2**20


class UploadHooks:
    """IUploader: looks at uploads, and leaves their storing to CKAN or to another plugin.

    CKAN asks for an uploader once for each file that it is about to save, whichever action saves it, before anything is
    validated, and takes ``size`` from there in the same way. A plugin that stores files elsewhere must stand after
    ``lebak`` in ``ckan.plugins``, for CKAN asks no further once a plugin has answered.
    """

    def get_resource_uploader(self, data_dict: dict[str, Any]) -> None:
        """Notes the digest of an upload in the resource; takes it away when the file gives way to a link."""
        upload = data_dict.get("upload")
        if isinstance(upload, FileStorage) and upload.filename:
            data_dict["hash"] = sha256(upload)
        elif data_dict.get("clear_upload"):
            data_dict["hash"] = ""
        elif data_dict.get("url_type") == "upload" and data_dict.get("id"):
            # Whoever saves the resource may send any hash; that of a file that is here is known.
            stored = model.Resource.get(data_dict["id"])
            if stored and stored.url_type == "upload" and stored.hash:
                data_dict["hash"] = stored.hash

    def get_uploader(self, upload_to: str, old_filename: str | None = None) -> None:
        """Other uploads, such as logos, are CKAN's."""


def sha256(upload: FileStorage) -> str:
    """The digest of an upload in hexadecimal, read in parts; the upload stands at its beginning afterwards."""
    digest = hashlib.sha256()
    upload.stream.seek(0)
    while part := upload.stream.read(_PART):
        digest.update(part)
    upload.stream.seek(0)
    return digest.hexdigest()
