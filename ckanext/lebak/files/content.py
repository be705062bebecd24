"""Where the content of files lies: under its SHA-256, written once, referred to by as many resources as want it.

Works on CKAN's folder (``ckan.storage_path``) and on a CKAN 2.12 file storage for resources, by CKAN's own two
uploaders: only where the content lies is changed. It lies in a folder of its own, which no resource id leads into. A
file that was kept before, under the id of its resource, is still found.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import files
from ckan.lib.uploader import FKResourceUpload, ResourceUpload
from werkzeug.datastructures import FileStorage

from ckanext.lebak.tables.problem import N_

UPLOAD = "upload"
"""CKAN's ``url_type`` of a file that is kept here."""

_FOLDER = "sha256"
_DIGEST = re.compile("[0-9a-f]{64}")
_PART = 2**20
_NO_ROOM = N_(
    "The file could not be kept, because the storage of the catalog is full or does not answer. Nothing was changed. "
    "Tell the administrator of the catalog, and save again later."
)
# Columns and marks of a resource that belong to the row and not to the file.
_OF_THE_ROW = ("id", "package_id", "position", "state", "created", "metadata_modified", "datastore_active", "has_views")

_kept: ContextVar[frozenset[str]] = ContextVar("kept_contents", default=frozenset())

KEEPERS: list[Callable[[str], bool]] = []
"""What else refers to content beside resources: each tells of a SHA-256 whether it does. Kept releases stand here."""


FORGETTERS: list[Callable[[str], None]] = []
"""What was read out of content beside it: each forgets it, by SHA-256, when the content is erased."""


def is_digest(value: object) -> bool:
    """Whether a value is a SHA-256 as this room writes it."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def sha256(stream: IO[bytes]) -> str:
    """The digest of a file in hexadecimal, read in parts; the file stands at its beginning afterwards."""
    digest = hashlib.sha256()
    stream.seek(0)
    while part := stream.read(_PART):
        digest.update(part)
    stream.seek(0)
    return digest.hexdigest()


@contextmanager
def keeping(resources: Iterable[Mapping[str, Any]]) -> Iterator[None]:
    """Inside it these resources may be saved with the content that they name. For our own code alone.

    What a request says of a ``hash`` is never taken (``uploads.settle``); this is how a working copy is begun and how
    the released record is switched to its new files.

    Args:
        resources: Made by `copy_of`, or stored ones as ``package_show`` gives them to somebody who may read the files.
    """
    digests = {resource["hash"] for resource in resources if is_digest(resource.get("hash"))}
    before = _kept.set(_kept.get() | digests)
    try:
        yield
    finally:
        _kept.reset(before)


def is_vouched(digest: object) -> bool:
    """Whether our own code says, by `keeping`, that a resource may refer to this content."""
    return digest in _kept.get()


def copy_of(resource: Mapping[str, Any]) -> dict[str, Any]:
    """A new resource that refers to the same content, to be saved inside `keeping`.

    Args:
        resource: A stored resource, as ``package_show`` gives it.

    Returns:
        The dict without what belongs to the row alone, its id among that. A link is copied as it is.

    Raises:
        ObjectNotFound: There is no such resource, or its file is gone.
    """
    stored = model.Resource.get(resource["id"])
    if stored is None:
        raise tk.ObjectNotFound(resource["id"])
    made = {key: value for key, value in resource.items() if key not in _OF_THE_ROW}
    if stored.url_type == UPLOAD:
        made.update(url=stored.url, url_type=UPLOAD, hash=_under_its_digest(stored))
    return made


def keep(stream: IO[bytes]) -> str:
    """Keeps a file that is part of no record, such as a letter; what refers to it stands in `KEEPERS`.

    Args:
        stream: The file.

    Returns:
        Its SHA-256, under which `reading` gives it again.

    Raises:
        ValidationError: The storage is full or does not answer.
    """
    digest, size = sha256(stream), stream.seek(0, os.SEEK_END)
    stream.seek(0)
    _lock(digest)
    _at(digest).put(stream, size)
    return digest


@contextmanager
def reading(digest: str) -> Iterator[IO[bytes]]:
    """A file that was kept, to be read.

    Raises:
        FileNotFoundError: It is gone.
    """
    with _at(digest).opened("") as stream:
        yield stream


def erase(digest: str) -> bool:
    """Removes content that no resource and no kept release refers to.

    Args:
        digest: SHA-256 of the content.

    Returns:
        Whether it was there and is gone now. False too where something refers to it.
    """
    if not is_digest(digest):
        return False
    _lock(digest)
    if is_referred_to(digest):
        return False
    for forget in FORGETTERS:
        forget(digest)
    return _at(digest).remove()


def is_referred_to(digest: str) -> bool:
    """Whether a resource, or what stands in `KEEPERS`, refers to this content."""
    row = model.Resource
    used = sa.select(row.id).where(row.hash == digest, row.url_type == UPLOAD, row.state == model.State.ACTIVE)
    return model.Session.scalar(used.limit(1)) is not None or any(keeper(digest) for keeper in KEEPERS)


def exists(digest: str) -> bool:
    """Whether content lies under this digest."""
    return is_digest(digest) and _at(digest).lies()


def uploader(resource: dict[str, Any]) -> FolderUpload | StorageUpload:
    """The uploader of a resource, as ``IUploader.get_resource_uploader`` gives it.

    Args:
        resource: Settled by ``uploads``: its hash is right.
    """
    try:
        files.get_storage(tk.config["ckan.files.default_storages.resource"])
    except files.exc.UnknownStorageError:
        return FolderUpload(resource)
    return StorageUpload(resource)


class FolderUpload(ResourceUpload):
    """CKAN's uploader into ``ckan.storage_path``, with the content under its digest."""

    def __init__(self, resource: dict[str, Any]) -> None:
        """Takes the upload out of the dict, as CKAN's does.

        Args:
            resource: The resource; its ``hash`` is right.
        """
        self.digest = _digest_of(resource)
        super().__init__(resource)

    def content_path(self) -> Path:
        """Where the content lies, or will."""
        if self.storage_path is None:
            raise FileNotFoundError("ckan.storage_path is not set")
        return Path(os.path.realpath(self.storage_path), *_parts(self.digest))

    def get_path(self, id: str) -> str:  # noqa: A002 - CKAN's name
        """Where the file of a resource is; one that was kept before, under the resource's id.

        Args:
            id: Of the resource.
        """
        if self.digest and self.storage_path and (self.filename or self.lies()):
            return str(self.content_path())
        return super().get_path(id)

    def lies(self) -> bool:
        """Whether the content is there."""
        return self.storage_path is not None and self.content_path().is_file()

    def upload(self, id: str, max_size: int = 10) -> None:  # noqa: A002
        """Keeps an upload. What was kept before stays: the released record may refer to it.

        Args:
            id: Of the resource.
            max_size: Not used; the size is looked at before (``uploads``).

        Raises:
            ValidationError: The storage is full or does not answer.
        """
        if not self.storage_path or not self.filename:
            return
        _lock(self.digest)
        try:
            self.put(self.upload_file, self.filesize)
        finally:
            self.upload_file.close()

    def put(self, stream: IO[bytes], size: int) -> None:
        """Writes content under its digest, whole or not at all.

        Args:
            stream: The content.
            size: How many bytes it has.

        Raises:
            ValidationError: The storage is full or does not answer.
        """
        path = self.content_path()
        try:
            if path.is_file() and path.stat().st_size == size:
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            # A name of its own: two may upload the same content at once.
            unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}~")
            try:
                with unfinished.open("xb") as out:
                    while part := stream.read(_PART):
                        out.write(part)
                    out.flush()
                    os.fsync(out.fileno())
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError as error:
            raise tk.ValidationError({"upload": [tk._(_NO_ROOM)]}) from error

    def remove(self) -> bool:
        """Removes the content; whether it was there."""
        with suppress(FileNotFoundError):
            self.content_path().unlink()
            return True
        return False

    @contextmanager
    def opened(self, resource_id: str) -> Iterator[IO[bytes]]:
        """The file of a resource, to be read.

        Args:
            resource_id: Id of the resource.

        Raises:
            FileNotFoundError: It is gone.
        """
        with open(self.get_path(resource_id), "rb") as stream:
            yield stream


class StorageUpload(FKResourceUpload):
    """CKAN's uploader into a file storage (say, S3), with the content under its digest."""

    storage: files.Storage  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, resource: dict[str, Any]) -> None:
        """Takes the upload out of the dict, as CKAN's does.

        Args:
            resource: The resource; its ``hash`` is right.
        """
        self.digest = _digest_of(resource)
        super().__init__(resource)

    def content_path(self) -> files.Location:
        """Where the content lies, or will."""
        return files.Location("/".join(_parts(self.digest)))

    def get_path(self, id: str) -> files.Location:  # noqa: A002
        """Where the file of a resource is; one that was kept before, under the resource's id.

        Args:
            id: Of the resource.
        """
        if self.digest and (self.filename or self.lies()):
            return self.content_path()
        return super().get_path(id)

    def lies(self) -> bool:
        """Whether the content is there."""
        return self.storage.exists(files.FileData(self.content_path()))

    def upload(self, id: str, max_size: int = 10) -> None:  # noqa: A002
        """Keeps an upload. What was kept before stays: the released record may refer to it.

        Args:
            id: Of the resource.
            max_size: Not used; the size is looked at before (``uploads``), and by the storage.

        Raises:
            ValidationError: The storage is full, does not answer or refuses the file.
        """
        if not self.filename:
            return
        _lock(self.digest)
        self._put(self.upload_file)

    def put(self, stream: IO[bytes], size: int) -> None:
        """Writes content under its digest.

        Args:
            stream: The content.
            size: How many bytes it has.

        Raises:
            ValidationError: The storage is full, does not answer or refuses the file.
        """
        self._put(files.make_upload(FileStorage(stream, self.digest)))

    def _put(self, content: files.Upload) -> None:
        location = self.content_path()
        data = files.FileData(location)
        try:
            if self.storage.exists(data) and self.storage.size(location) == content.size:
                return
            self.storage.upload(location, content)
        except (OSError, files.exc.FilesError) as error:
            # What lies there now is not whole, and would be taken for the content.
            with suppress(OSError, files.exc.FilesError):
                self.storage.remove(data)
            raise tk.ValidationError({"upload": [tk._(_NO_ROOM)]}) from error

    def remove(self) -> bool:
        """Removes the content; whether it was there."""
        with suppress(files.exc.MissingFileError):
            return self.lies() and self.storage.remove(files.FileData(self.content_path()))
        return False

    @contextmanager
    def opened(self, resource_id: str) -> Iterator[IO[bytes]]:
        """The file of a resource, to be read, as a copy: a storage gives a file in parts, once.

        Args:
            resource_id: Id of the resource.

        Raises:
            FileNotFoundError: It is gone.
        """
        with tempfile.TemporaryFile() as copy:
            try:
                for part in self.storage.stream(files.FileData(self.get_path(resource_id))):
                    copy.write(part)
            except files.exc.MissingFileError as error:
                raise FileNotFoundError(resource_id) from error
            copy.seek(0)
            yield copy


def _parts(digest: str) -> tuple[str, str, str]:
    return _FOLDER, digest[:2], digest[2:]


def _digest_of(resource: Mapping[str, Any]) -> str:
    """The digest that a resource's content lies under; empty for a link, and where another digest was kept."""
    uploaded = bool(resource.get("upload")) or resource.get("url_type") == UPLOAD
    return resource["hash"] if uploaded and is_digest(resource.get("hash")) else ""


def _at(digest: str) -> FolderUpload | StorageUpload:
    return uploader({"url_type": UPLOAD, "hash": digest})


def _under_its_digest(stored: model.Resource) -> str:
    """The digest of a stored file, whose content lies under it afterwards."""
    resource = {"id": stored.id, "url_type": UPLOAD, "hash": stored.hash}
    kept = uploader(dict(resource))
    if kept.digest and kept.lies():
        return kept.digest
    try:
        with kept.opened(stored.id) as stream:
            digest = sha256(stream)
            size = stream.seek(0, os.SEEK_END)
            stream.seek(0)
            _at(digest).put(stream, size)
    except FileNotFoundError as error:
        raise tk.ObjectNotFound(stored.id) from error
    return digest


def _lock(digest: str) -> None:
    """Until the end of the transaction nobody else keeps or removes this content."""
    number = int.from_bytes(bytes.fromhex(digest)[:8], "big", signed=True)
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
