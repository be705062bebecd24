"""What may be said of a file when a record is saved: what is uploaded is looked at, what is claimed is not believed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, TypeGuard

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.uploader import MB, get_max_resource_size
from werkzeug.datastructures import FileStorage

from ckanext.lebak.files import content
from ckanext.lebak.files.types import HEAD, refusal
from ckanext.lebak.logic.validators.values import INVISIBLE


class UploadHooks:
    """IUploader: files of records are kept by content.

    CKAN asks for an uploader once for each file that it is about to save, before anything is validated, and for each
    file that it is about to give. A plugin that keeps files elsewhere must not be used beside this one.
    """

    def get_resource_uploader(self, data_dict: dict[str, Any]) -> Any:
        """Looks at an upload and notes its digest; takes the digest away when the file gives way to a link.

        Args:
            data_dict: The resource.

        Raises:
            ValidationError: The upload is not taken.
        """
        upload = data_dict.get("upload")
        if is_upload(upload):
            look_at(upload)
            data_dict["hash"] = content.sha256(upload.stream)
        elif data_dict.get("clear_upload"):
            data_dict["hash"] = ""
        elif data_dict.get("url_type") == content.UPLOAD and not content.is_vouched(data_dict.get("hash")):
            # Also where a file is only given: the dict of somebody who may not see the digest does not have it.
            stored = model.Resource.get(data_dict["id"]) if data_dict.get("id") else None
            data_dict["hash"] = stored.hash if stored and stored.url_type == content.UPLOAD else ""
        return content.uploader(data_dict)

    def get_uploader(self, upload_to: str, old_filename: str | None = None) -> None:
        """Other uploads, such as logos, are CKAN's."""


def settle(resources: Iterable[dict[str, Any]], package: model.Package | None) -> None:
    """Makes resources that are about to be saved refer to no file but their own.

    A request that says ``url_type: upload`` of a resource without a file, with another's digest or with the id of a
    resource of another record would read a file that is not its own.

    Args:
        resources: As an action takes them; changed in place.
        package: The record that they are saved in, None for a new one.

    Raises:
        ValidationError: A resource says that a file is here, and there is none.
    """
    for resource in resources:
        stored = model.Resource.get(resource["id"]) if resource.get("id") else None
        own = stored is not None and package is not None and stored.package_id == package.id
        if stored is not None and not own:
            # CKAN lets the id of a removed resource be taken over, and the row keeps what is not said anew: its file.
            raise tk.ValidationError({"id": [tk._("Resource id already exists.")]})
        if stored is not None and stored.state != model.State.ACTIVE:
            resource.setdefault("url_type", "")
        # With a new record CKAN 2.12 saves no uploads, so there one proves nothing.
        sent = package is not None and is_upload(resource.get("upload"))
        if resource.get("url_type") != content.UPLOAD or sent or _is_right(resource.get("hash")):
            continue
        if stored is not None and stored.state == model.State.ACTIVE and stored.url_type == content.UPLOAD:
            resource["hash"] = stored.hash
        elif "://" in str(resource.get("url") or ""):
            resource["url_type"] = ""  # a record of another catalogue: its file is a link here
        else:
            raise tk.ValidationError(
                {"upload": [tk._("The file is not here any more. Choose it again, or write its address.")]}
            )


def _is_right(digest: Any) -> bool:
    """Whether our own code says that a resource may have this content, and it is there."""
    return content.is_vouched(digest) and content.exists(digest)


def is_upload(value: Any) -> TypeGuard[FileStorage]:
    """Whether a file was sent: what CKAN's uploaders take for one, and nothing that only stands in its place."""
    return isinstance(value, FileStorage) and bool(value.filename)


def name_of(upload: FileStorage) -> str:
    """The name of an uploaded file, without its folder and without signs that nobody sees.

    Args:
        upload: As a form or the API sends it.
    """
    name = PurePath((upload.filename or "").replace("\\", "/")).name
    return " ".join(INVISIBLE.sub("", name.replace("\0", "")).split())


def look_at(upload: FileStorage, *, limit: int | None = None) -> None:
    """Looks at an upload before it is kept.

    Args:
        upload: The file.
        limit: Megabytes that are taken; without it, as many as of a file of a dataset.

    Raises:
        ValidationError: It is not taken, by its kind or its size.
    """
    stream = upload.stream
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    refused = refusal(upload.filename or "", stream.read(HEAD))
    stream.seek(0)
    if refused:
        sentence, names = refused
        raise tk.ValidationError({"upload": [tk._(sentence).format(**names)]})
    limit = get_max_resource_size() if limit is None else limit
    if size > limit * MB:
        sentence = tk._("The file has {size} MB; at most {limit} MB are taken. Split it, or save it as ZIP.")
        raise tk.ValidationError({"upload": [sentence.format(size=-(-size // MB), limit=limit)]})
