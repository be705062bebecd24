"""What anybody reads from our catalog by CKAN's own API: whole records, and addresses that lead somewhere."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.sdi_factory import complete_dataset, complete_resource
from tests.steps import act, published, token

if TYPE_CHECKING:
    from embedded.site import Site

TABLE = b"tahun,kode_kecamatan,jumlah,catatan\n2024,36.02.14,1,simulasi\n"
# A picture of one transparent pixel.
IMAGE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
OFFICE = "kantor-berlambang"


@pytest.fixture(scope="module")
def record(source_site: Site) -> Iterator[dict[str, Any]]:
    """A dataset with an uploaded table, of an office with an uploaded picture, as they were sent."""
    office = act(source_site, "organization_create", name=OFFICE, title="Kantor (simulasi)", email="kantor@example.org")
    _upload(
        source_site,
        "organization_patch",
        {"image_upload": ("lambang.png", io.BytesIO(IMAGE), "image/png")},
        id=office["id"],
    )
    sent = complete_dataset(owner_org=office["id"], resources=[])
    made = act(source_site, "package_create", **sent)
    file = complete_resource(kolom=None, url=None)
    _upload(
        source_site,
        "resource_create",
        {"upload": ("simulasi.csv", io.BytesIO(TABLE), "text/csv")},
        package_id=made["id"],
        **file,
    )
    published(source_site)
    yield sent
    act(source_site, "dataset_purge", id=made["id"])


def _upload(site: Site, action: str, files: dict[str, Any], **data: Any) -> None:
    headers = {"Authorization": token(site)}
    address = f"{site.url}/api/3/action/{action}"
    answer = requests.post(address, data=data, files=files, headers=headers, timeout=60)
    assert answer.ok, answer.text


def _ask(site: Site, action: str, **parameters: Any) -> Any:
    """Calls an action as nobody in particular."""
    answer = requests.get(f"{site.url}/{action}", params=parameters, timeout=30)
    assert answer.ok, answer.text
    return answer.json()["result"]


@pytest.mark.parametrize("head", ["api/3/action", "harvest/api/3/action"])
def test_records_are_whole_and_addresses_are_public(source_site: Site, record: dict[str, Any], head: str) -> None:
    shown = _ask(source_site, f"{head}/package_show", id=record["name"])
    found = _ask(source_site, f"{head}/package_search", fq=f"organization:{OFFICE}", rows=100)["results"]
    assert shown in found
    fields = {key: value for key, value in record.items() if key not in ("resources", "tags", "theme")}
    assert {key: shown.get(key) for key in fields} == fields
    assert set(shown["theme"]) == set(record["theme"])
    assert record["name"] in _ask(source_site, f"{head}/package_list")

    (file,) = shown["resources"]
    assert file["url"].startswith(f"{source_site.url}/")
    assert requests.get(file["url"], timeout=30).content == TABLE
    offices = _ask(source_site, f"{head}/organization_list", all_fields="true")
    (listed,) = [office for office in offices if office["name"] == OFFICE]
    office = _ask(source_site, f"{head}/organization_show", id=OFFICE)
    for address in (listed["image_display_url"], office["image_display_url"], shown["organization"]["image_url"]):
        assert address.startswith(f"{source_site.url}/"), address
        assert requests.get(address, timeout=30).content == IMAGE
