"""``data/opd.csv`` as records of ``schemas/organization.yaml``.

Only what a source says stands there: an abbreviation, a site or a parent that could not be verified is empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

PRODUCER, CUSTODIAN, SUPERVISOR, COORDINATOR = "produsen", "walidata", "pembina", "koordinator"
"""Codes of ``vocabularies/sdi_role.csv``."""

_LIST = "|"
_NOT_PRODUCING = frozenset({"instansi_vertikal"})
"""Kinds that are no office of the county, and so not its producers of data (Perpres 39/2019, article 22)."""


@dataclass(frozen=True)
class Office:
    """One office.

    Attributes:
        id: Its name (slug) at first, and its key in ``opd.csv`` for good.
        fields: As ``organization_create`` takes them, without ``name`` and ``peran_sdi``.
        producer: Whether it produces data of the county (produsen data).
    """

    id: str
    fields: dict[str, Any]
    producer: bool

    def roles(self, name: str, *, custodian: str, supervisor: str, coordinator: str) -> list[str]:
        """Its roles in Satu Data, as codes.

        Args:
            name: The name (slug) that it bears now.
            custodian: Name of the office that is the walidata.
            supervisor: Name of the office that is the pembina data.
            coordinator: Name of the office that coordinates the Forum Satu Data.
        """
        appointed = ((CUSTODIAN, custodian), (SUPERVISOR, supervisor), (COORDINATOR, coordinator))
        given = [role for role, office in appointed if office in (name, self.id)]
        return [PRODUCER, *given] if self.producer else given


def offices() -> Iterator[Office]:
    """The offices in the order of the file."""
    text = (files("ckanext.lebak.organizations") / "data" / "opd.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(io.StringIO(text)):
        fields = {
            "title": row["nama"],
            "singkatan": row["singkatan"],
            "nama_lain": _items(row["nama_lain"]),
            "jenis": row["jenis"],
            "induk": row["induk"],
            "kode_urusan": _items(row["kode_urusan"]),
            "status_urusan": row["status_urusan"],
            "kode_wilayah": row["kode_wilayah"],
            "situs": row["situs"],
            "sumber": row["sumber"],
        }
        yield Office(row["id"], fields, row["jenis"] not in _NOT_PRODUCING)


def _items(text: str) -> list[str]:
    return text.split(_LIST) if text else []
