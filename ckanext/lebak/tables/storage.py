"""Uploaded files, opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from ckanext.lebak.files import content
from ckanext.lebak.tables.problem import N_, TableError


@contextmanager
def opened(resource: Mapping[str, Any]) -> Iterator[IO[bytes]]:
    """The uploaded file, so that it can be read twice.

    Args:
        resource: As ``resource_show`` gives it.

    Raises:
        TableError: The file is not there.
    """
    try:
        with content.uploader(dict(resource)).opened(resource["id"]) as stream:
            yield stream
    except FileNotFoundError as error:
        raise TableError(N_("The uploaded file is not there. Upload it again.")) from error
