"""Uploaded files as they are stored: in CKAN's folder, or in a file storage."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from ckan.lib import files, uploader

from ckanext.lebak.tables.problem import N_, TableError


@contextmanager
def opened(resource: Mapping[str, Any]) -> Iterator[IO[bytes]]:
    """The uploaded file, so that it can be read twice.

    Args:
        resource: As ``resource_show`` gives it.

    Raises:
        TableError: The file is not there.
    """
    upload = uploader.get_resource_uploader(dict(resource))
    path = upload.get_path(resource["id"])
    storage = getattr(upload, "storage", None)
    try:
        if storage is None:
            with open(path, "rb") as stream:
                yield stream
        else:
            with tempfile.TemporaryFile() as copy:
                data = files.FileData(files.Location(path))
                for part in storage.stream(data):
                    copy.write(part)
                copy.seek(0)
                yield copy
    except (FileNotFoundError, files.exc.MissingFileError) as error:
        raise TableError(N_("The uploaded file is not there. Upload it again.")) from error
