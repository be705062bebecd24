"""The values of a year: to look at, as a workbook, and in the form of e-Walidata's API."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import sqlalchemy as sa
from ckan import model
from ckan.types import Context
from openpyxl.cell import WriteOnlyCell

from ckanext.lebak import audit, config
from ckanext.lebak.ewalidata import tables
from ckanext.lebak.ewalidata.model import CodeMapping, Export
from ckanext.lebak.ewalidata.values import Result, aggregate, flags, is_year, text_of
from ckanext.lebak.tables.problem import N_
from ckanext.lebak.worksheets import holdable

FLAGS = {
    "new": "Baru: tahun lalu tidak ada nilainya",
    "gone": "Hilang: tahun lalu ada nilainya",
    "great_change": "Berubah lebih dari seperempat dari tahun lalu",
    "revised": "Nilai tahun lalu berubah sejak diekspor",
}
"""The flags in the words of the file, which is in Indonesian whatever the page is in."""

_NOT_PUBLIC = N_("The dataset is not released any more.")
_NO_TABLE = N_("The table cannot be read: it is gone, not open to you, or has no such column.")

Line = dict[str, Any]


def lines(context: Context, year: int, mappings: Iterable[CodeMapping]) -> list[Line]:
    """The value of each code in a year, with the cells that it came from and what is to be looked at.

    Args:
        context: Of who asks: what they may not read has no value.
        year: Of the values.
        mappings: Of the codes.
    """
    before, found, listed = last_export(year - 1), [], list(mappings)
    released = tables.all_released(mapping.package_id for mapping in listed)
    for mapping in listed:
        package = released.get(mapping.package_id)
        now, earlier = _results(context, mapping, (year, year - 1), package)
        exported = before.get(mapping.code)
        found.append(
            {
                "id": mapping.id,
                "kodeindikator": mapping.code,
                "uraian_indikator": mapping.title,
                "satuan": mapping.unit,
                "tahun": year,
                "data": text_of(now.value),
                "last_year": text_of(earlier.value),
                "exported_last_year": exported or "",
                "flags": flags(now.value, earlier.value, Decimal(exported) if exported else None),
                "problem": tk._(now.problem) if now.problem else "",
                "dataset": package.name if package else "",
                "dataset_title": package.title if package else "",
                "resource_id": mapping.resource_id,
                "column": mapping.value_column,
                "year_column": mapping.year_column,
                "filters": mapping.filters,
                "aggregation": mapping.aggregation,
                "cells": [cell._asdict() for cell in now.cells],
            }
        )
    return found


def _results(
    context: Context, mapping: CodeMapping, years: Sequence[int], package: model.Package | None
) -> list[Result]:
    """The value of a code in each of some years, by one look into its table."""
    if package is None:
        return [Result(None, [], _NOT_PUBLIC) for _year in years]
    try:
        where = {**mapping.filters, mapping.year_column: [str(year) for year in years]}
        found = tables.rows(context, mapping.resource_id, where)
        of_year = [[row for row in found if is_year(row[mapping.year_column], year)] for year in years]
        return [aggregate(rows, mapping.value_column, mapping.aggregation) for rows in of_year]
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError, KeyError):
        return [Result(None, [], _NO_TABLE) for _year in years]


def last_export(year: int) -> dict[str, str]:
    """The values of a year as they were exported last, by code; empty if they never were."""
    query = sa.select(Export.values).where(Export.year == year).order_by(Export.id.desc()).limit(1)
    return model.Session.scalar(query) or {}


def keep(year: int, found: Sequence[Line], actor: str) -> Export:
    """Keeps the values of a year as they are given on, in the caller's transaction: next year's are compared with them.

    Args:
        year: Of the values.
        found: As `lines` gives them.
        actor: Name of the account.
    """
    kept = Export(year=year, made_by=actor, values={one["kodeindikator"]: one["data"] for one in found if one["data"]})
    model.Session.add(kept)
    model.Session.flush()
    audit.note(actor, "ewalidata.export", details={"year": year, "codes": len(kept.values)})
    return kept


def as_json(found: Sequence[Line]) -> bytes:
    """The body of ``push_dssd``: ``{"data": [{"kodeindikator", "kodepemda", "tahun", "data"}]}``."""
    area = config.area().replace(".", "")
    data = [
        {"kodeindikator": one["kodeindikator"], "kodepemda": area, "tahun": str(one["tahun"]), "data": one["data"]}
        for one in found
        if one["data"]
    ]
    return json.dumps({"data": data}, ensure_ascii=False, indent=1).encode()


def as_xlsx(found: Sequence[Line]) -> bytes:
    """A workbook: the values in one sheet, the cells that they came from in another."""
    book = openpyxl.Workbook(write_only=True)
    values, cells = book.create_sheet("e-Walidata"), book.create_sheet("Sel sumber")
    heads = ("Kode indikator", "Uraian indikator", "Satuan", "Tahun", "Data", "Tahun lalu", "Diekspor tahun lalu")
    values.append([*heads, "Perlu dilihat", "Masalah", "Dataset"])
    cells.append(["Kode indikator", "Tahun", "Dataset", "Berkas", "Kolom", "Baris tabel", "Isi sel"])
    for one in found:
        keys = ("kodeindikator", "uraian_indikator", "satuan", "tahun", "data", "last_year", "exported_last_year")
        told = "; ".join(FLAGS[flag] for flag in one["flags"])
        values.append(
            [_cell(values, text) for text in (*(one[key] for key in keys), told, one["problem"], one["dataset"])]
        )
        head = (one["kodeindikator"], one["tahun"], one["dataset"], one["resource_id"], one["column"])
        for cell in one["cells"]:
            cells.append([_cell(cells, text) for text in (*head, cell["row"], cell["text"])])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, holdable(value))
    if isinstance(value, str):
        cell.data_type = "s"  # also where it begins like a formula
    return cell
