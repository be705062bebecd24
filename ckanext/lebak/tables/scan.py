"""The first check of an uploaded file, before it is handed in: does it look as if it named persons?

It reads every cell of a table, in hidden sheets and columns too, and what stands beside the cells. It finds numbers and
addresses by their form (`personal`); names, small groups and pictures it does not find, so it replaces no reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from ckanext.lebak.tables.personal import STOP, Finding, findings_in_notes, findings_in_rows
from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.reading import READERS, Sheet, csv_sheets, xlsx_notes, xlsx_sheets
from ckanext.lebak.tables.workbook import is_workbook

SCANNER = 1
"""Raised when the check changes, so that files are checked again."""

CLEAN = "clean"
FOUND = "found"
UNREADABLE = "unreadable"
FAILED = "failed"

_MOST_FINDINGS = 100  # kept of one file: nobody mends more at a time
_SHEETS: dict[str, Callable[[IO[bytes]], Iterator[Sheet]]] = {
    "CSV": csv_sheets,
    "TSV": csv_sheets,
    "XLSX": xlsx_sheets,
}


@dataclass(frozen=True)
class ScanResult:
    """What came of a check.

    Attributes:
        state: ``clean``; ``found``: see the findings; ``unreadable``: it could not be checked, see the message;
            ``failed``: through no fault of the file, so it is tried again.
        findings: What looks like personal data, what stops first.
        message: Why it could not be checked, as a sentence marked for translation.
        values: What stands for the names in the sentence.
    """

    state: str
    findings: tuple[Finding, ...] = ()
    message: str = ""
    values: dict[str, str] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """Whether a finding is certain enough to stop the hand-in."""
        return any(finding.severity == STOP for finding in self.findings)

    def sentences(self, translate: Callable[[str], str]) -> list[str]:
        """What a person should know of it, in the language of ``translate``: a sentence for each finding."""
        if self.message:
            return [TableError(self.message, **self.values).sentence(translate)]
        return [finding.sentence(translate) for finding in self.findings]

    def as_dict(self) -> dict[str, Any]:
        """What of it is kept, for JSON."""
        return {
            "findings": [asdict(finding) for finding in self.findings],
            "message": self.message,
            "values": self.values,
        }

    @classmethod
    def of(cls, state: str, kept: dict[str, Any]) -> ScanResult:
        """The result of which this was kept."""
        findings = tuple(Finding(**finding) for finding in kept["findings"])
        return cls(state, findings, kept["message"], dict(kept["values"]))


def is_checked(format_: str) -> bool:
    """Whether files of a format, as CKAN writes it, are tables that can be checked here."""
    return format_.upper() in READERS


def scan(stream: IO[bytes], format_: str) -> ScanResult:
    """Checks a file. Nothing is changed, and no value of it is kept.

    Args:
        stream: The file from its beginning; it can seek.
        format_: As CKAN writes it. A workbook is read as one whatever it is called.
    """
    try:
        findings = _findings(stream, "XLSX" if is_workbook(stream) else format_.upper())
    except TableError as error:
        return ScanResult(UNREADABLE, message=error.message, values=error.values)
    findings.sort(key=lambda finding: finding.severity != STOP)
    return ScanResult(FOUND if findings else CLEAN, tuple(findings[:_MOST_FINDINGS]))


def _findings(stream: IO[bytes], format_: str) -> list[Finding]:
    sheets = _SHEETS.get(format_)
    if sheets is None:
        raise TableError(
            N_(
                "Files of this format are not checked for personal data by the catalog. "
                "The walidata must look through the file before it is released."
            )
        )
    found: list[Finding] = []
    for sheet in sheets(stream):
        found += findings_in_rows(sheet.rows, sheet=sheet.name, hidden=sheet.hidden)
    if format_ == "XLSX":
        found += findings_in_notes(xlsx_notes(stream))
    return found
