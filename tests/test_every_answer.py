"""What holds for every address and every answer of the site."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.lebak.views.pages import HEADERS

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


@pytest.mark.parametrize("address", ["/", "/dataset/", "/tidak-ada", "/api/3/action/status_show"])
def test_answers_carry_the_headers_of_safety(app: Any, address: str) -> None:
    headers = app.get(address).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "address",
    [
        "/dataset/%00",
        "/dataset/?q=%00",
        "/organization/a%00b",
        "/daftar-data/kerja/2025/a%00/janji/x",
        "/daftar-data?opd=%00",
        "/kegiatan-statistik/%00",
        "/permintaan-data/%00",
        "/id/dataset/%00",
    ],
)
def test_an_address_with_nul_is_the_clients_fault(app: Any, address: str) -> None:
    answer = app.get(address)
    assert answer.status_code == 400
    assert "This address is damaged" in answer.body or "Alamat ini rusak" in answer.body
