"""``catalog.yaml`` and ``data/`` as records for CKAN's actions. Reads files, knows nothing of CKAN."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from importlib.abc import Traversable

_SOURCE = "sumber"
_HERE = files("ckanext.lebak.demo")
_COUNTY = "36.02"


@dataclass(frozen=True)
class Table:
    """The one file of a dataset.

    Attributes:
        path: Where it is.
        fields: As ``resource_create`` takes them, without the file.
    """

    path: Traversable
    fields: dict[str, Any]


@dataclass(frozen=True)
class Example:
    """A dataset of the demonstration catalog.

    Attributes:
        fields: As ``package_create`` takes them, without ``owner_org`` and resources.
        table: Its file.
    """

    fields: dict[str, Any]
    table: Table


@dataclass(frozen=True)
class Catalog:
    """The whole.

    Attributes:
        organization: As ``organization_create`` takes it.
        examples: The datasets.
    """

    organization: dict[str, Any]
    examples: list[Example]


def read_catalog() -> Catalog:
    """The demonstration catalog as it is described."""
    described = yaml.safe_load((_HERE / "catalog.yaml").read_text(encoding="utf-8"))
    return Catalog(
        described["organization"], [_example(item, described["quotation"]) for item in described["datasets"]]
    )


def sources(path: Traversable) -> list[str]:
    """The addresses in the column ``sumber`` of a table, each once; none where it has no such column."""
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    cells = [row[_SOURCE] for row in rows if row.get(_SOURCE)]
    return list(dict.fromkeys(part for cell in cells for part in cell.split("; ")))


def _example(described: Mapping[str, Any], quotation: str) -> Example:
    fields = {key: value for key, value in described.items() if key != "resource"}
    resource = dict(described["resource"])
    path = _HERE / "data" / resource.pop("file")
    addresses = "\n".join(f"- {address}" for address in sources(path))
    notes = [fields.get("catatan_data", ""), f"Alamat sumber:\n{addresses}" if addresses else ""]
    fields.update(
        type="dataset",
        notes=f"{fields['notes']}\n\n{quotation}",
        catatan_data="\n\n".join(note for note in notes if note),
        kode_wilayah=[_COUNTY],
        accessRights="terbuka",
        tags=[{"name": tag} for tag in fields["tags"]],
    )
    return Example({key: value for key, value in fields.items() if value}, Table(path, {**resource, "format": "CSV"}))
