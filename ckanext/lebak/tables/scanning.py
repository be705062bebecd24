"""The check of uploaded files (`scan`), kept by the SHA-256 of what was checked: another file has no result yet."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from sqlalchemy.dialects.postgresql import insert

from ckanext.lebak.tables.model import FileScan
from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.scan import FAILED, FOUND, SCANNER, UNREADABLE, ScanResult, is_checked, scan
from ckanext.lebak.tables.storage import opened

log = logging.getLogger(__name__)

PENDING = "pending"
JOB_SECONDS = 1800
"""The largest workbook takes minutes; what takes longer than this hangs."""

_PART = 2**20


@dataclass(frozen=True)
class ResourceScan:
    """What is known of one file of a dataset.

    Attributes:
        resource_id: Id of the resource.
        name: What people call it.
        state: ``pending``: to be waited for; or as in `ScanResult`.
        is_table: Whether it is of a format that is checked here.
        result: None while it is pending.
    """

    resource_id: str
    name: str
    state: str
    is_table: bool
    result: ScanResult | None

    @property
    def stops(self) -> bool:
        """Whether the producer must mend something: a sure finding, or a table that cannot be read."""
        if self.result is None:
            return False
        return self.result.stops or self.state == FAILED or (self.state == UNREADABLE and self.is_table)

    @property
    def for_walidata(self) -> bool:
        """Whether a person must look at it before release: an uncertain finding, or a file that is not checked here."""
        return self.state in (FOUND, UNREADABLE) and not self.stops

    def sentences(self, translate: Callable[[str], str] | None = None) -> list[str]:
        """What a person should know and do, in the language of ``translate`` (of the request); empty when clean."""
        say = translate or tk._
        if self.result is None:
            return [say(N_("The file is still being checked for personal data. Try again in a minute."))]
        told = self.result.sentences(say)
        if self.state == FOUND and self.stops:
            told.append(say(N_("Remove these columns, or replace the values by counts, and upload the file again.")))
        elif self.state == FOUND:
            told.append(say(N_("Look whether these values belong to persons. If they do, remove them.")))
        return told


@dataclass(frozen=True)
class DatasetScan:
    """What is known of all uploaded files of a dataset; a link is none.

    Attributes:
        files: One for each, in their order.
    """

    files: tuple[ResourceScan, ...]

    @property
    def pending(self) -> bool:
        """Whether a file was not checked yet."""
        return any(file.state == PENDING for file in self.files)

    @property
    def stops(self) -> bool:
        """Whether something must be mended first."""
        return any(file.stops for file in self.files)

    @property
    def may_be_handed_in(self) -> bool:
        """Whether every file was checked and none of them stops."""
        return not self.pending and not self.stops


def scan_of(sha256: str, format_: str) -> ScanResult | None:
    """The result of this version of the check for a content; None if there is none.

    Args:
        sha256: Of the file.
        format_: Of the resource.
    """
    return _results([(sha256, format_)]).get((sha256, format_.upper()))


def needs_scanning(resource: Mapping[str, Any]) -> bool:
    """Whether a resource is an uploaded file that has no result, or none that counts.

    Args:
        resource: As ``resource_show`` gives it.
    """
    if not _is_file(resource):
        return False
    result = scan_of(*_key(resource))
    return result is None or result.state == FAILED


def ensure_scanned(resource: Mapping[str, Any], *, force: bool = False) -> ScanResult | None:
    """Checks the stored file of a resource, unless that was done, and keeps the result. Commits.

    Args:
        resource: As ``resource_show`` gives it.
        force: Whether to check again what was checked already.

    Returns:
        The result; None for what is no uploaded file.
    """
    if not _is_file(resource):
        return None
    key = _key(resource)
    # Two workers need not read the same large file at once.
    with connect_to_redis().lock(f"lebak:scan:{tk.config['ckan.site_id']}:{key[0]}", timeout=JOB_SECONDS):
        kept = scan_of(*key)
        if kept and kept.state != FAILED and not force:
            return kept
        result = _scanned(resource)
        _keep(key, result)
    return result


def findings_of_dataset(dataset: Mapping[str, Any]) -> DatasetScan:
    """What is known of the files of a dataset. It reads the results only; `jobs.enqueue_scans` asks for missing ones.

    Args:
        dataset: As ``package_show`` gives it.
    """
    uploaded = [resource for resource in dataset.get("resources", []) if _is_file(resource)]
    results = _results([_key(resource) for resource in uploaded])
    return DatasetScan(tuple(_known(resource, results.get(_key(resource))) for resource in uploaded))


def stored_resource(resource_id: str) -> dict[str, Any]:
    """What the check needs of a resource.

    Raises:
        ObjectNotFound: There is no such resource.
    """
    resource = model.Session.get(model.Resource, resource_id)
    if resource is None or resource.state != model.State.ACTIVE:
        raise tk.ObjectNotFound(f"Resource {resource_id}")
    return resource.as_dict()


def _is_file(resource: Mapping[str, Any]) -> bool:
    return resource.get("url_type") == "upload"


def _key(resource: Mapping[str, Any]) -> tuple[str, str]:
    return str(resource.get("hash") or ""), str(resource.get("format") or "").upper()


def _known(resource: Mapping[str, Any], result: ScanResult | None) -> ResourceScan:
    name = str(resource.get("name") or resource["id"])
    state = result.state if result else PENDING
    return ResourceScan(resource["id"], name, state, is_checked(str(resource.get("format") or "")), result)


def _scanned(resource: Mapping[str, Any]) -> ScanResult:
    try:
        result = _scan_stored(resource)
    except TableError as error:
        return ScanResult(FAILED, message=error.message, values=error.values)
    except Exception:
        # Nothing is released unchecked, and who waits must learn that waiting does not help.
        log.exception("The check of resource %s failed", resource["id"])
        message = N_(
            "The file could not be checked because of a fault in the catalog. Tell the administrator of the catalog."
        )
        return ScanResult(FAILED, message=message)
    log.info("Check of resource %s: %s, %d findings", resource["id"], result.state, len(result.findings))
    return result


def _scan_stored(resource: Mapping[str, Any]) -> ScanResult:
    with opened(resource) as stream:
        # What counts for a hash must be read from the file that has it.
        if _digest(stream) != resource.get("hash"):
            raise TableError(N_("The stored file is not the one that was uploaded. Upload it again."))
        stream.seek(0)
        return scan(stream, str(resource.get("format") or ""))


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := stream.read(_PART):
        digest.update(part)
    return digest.hexdigest()


def _results(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], ScanResult]:
    wanted = {(sha256, format_.upper()) for sha256, format_ in keys}
    if not wanted:
        return {}
    table = FileScan.__table__
    statement = sa.select(table).where(
        sa.tuple_(table.c.sha256, table.c.format).in_(sorted(wanted)), table.c.scanner == SCANNER
    )
    rows = model.Session.execute(statement)
    return {(row.sha256, row.format): ScanResult.of(row.state, row.findings) for row in rows}


def _keep(key: tuple[str, str], result: ScanResult) -> None:
    values = {
        "scanner": SCANNER,
        "state": result.state,
        "findings": result.as_dict(),
        "scanned": dt.datetime.now(dt.timezone.utc),
    }
    statement = insert(FileScan).values(sha256=key[0], format=key[1], **values)
    model.Session.execute(statement.on_conflict_do_update(index_elements=["sha256", "format"], set_=values))
    model.Session.commit()
