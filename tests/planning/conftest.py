"""The small county of the tests of releases, with a planning round. All titles are simulated."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from tests.desks.conftest import Browser, browser
from tests.release.conftest import act, county, draft, released, submit

__all__ = ["Browser", "act", "browser", "county", "draft", "promise", "released", "submit"]

YEAR = 2026
ANNUAL = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
SIGNED = b"%PDF-1.4\nSIMULASI\n%%EOF\n"


def given(**more: Any) -> dict[str, Any]:
    """What an operator says in a promise."""
    return {
        "title": "SIMULASI jumlah peserta KB aktif menurut kecamatan",
        "period": "2025",
        "jadwal_rilis": "2026-12-31",
        "accrualPeriodicity": "Tahunan",
        "accessRights": "terbuka",
        **more,
    }


def signed(content: bytes = SIGNED, name: str = "berita-acara.pdf") -> FileStorage:
    """A signed document as a form sends it."""
    return FileStorage(io.BytesIO(content), name, "upload", "application/pdf")


def agree(county: SimpleNamespace, **more: Any) -> dict[str, Any]:
    """The coordinator closes the round, if it is open, and agrees on what was handed in."""
    rounds = act("lebak_round_list", county.koordinator)
    if next(one for one in rounds if one["year"] == YEAR)["open"]:
        act("lebak_round_close", county.koordinator, year=YEAR)
    said = {
        "year": YEAR,
        "agreed_on": "2026-02-27",
        "letter": "SIM/1/2026",
        "digest": act("lebak_list_proposal", county.koordinator, year=YEAR)["digest"],
        "upload": signed(),
    }
    return act("lebak_list_agree", county.koordinator, **{**said, **more})


@pytest.fixture
def promise(county: SimpleNamespace) -> Callable[..., dict[str, Any]]:
    """Opens the round; the fixture writes a promise of the office, as its operator."""
    act("lebak_round_open", county.koordinator, year=YEAR, until="2099-01-31")

    def make(**more: Any) -> dict[str, Any]:
        said = {"year": YEAR, "organization": county.office["id"], **given(**more)}
        return act("lebak_promise_save", county.operator, **said)

    return make
