"""A word of its own in every text of every hidden record, looked for wherever anybody reads.

The addresses are those of the application's own map, of the feed, of the API's readers and of searches that ask for
everything; none holds a word of a hidden record. That the words would be seen is shown by a released record's.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import CKANTestApp

from ckanext.lebak.feed import publishing
from tests.people_factory import ANONYMOUS, KOORDINATOR, OPERATOR, PEMBINA, STRANGER, WALIDATA, name_of
from tests.release.conftest import act, hand_in
from tests.release.door_calls import CALLS
from tests.release.scene import (
    APPROVED,
    AT_HEAD,
    AT_PEMBINA,
    CHANGE,
    CHANGE_IN_REVIEW,
    DRAFT,
    IN_REVIEW,
    REJECTED,
    RESTRICTED,
    WITHDRAWN,
    Record,
    Scene,
    make_draft,
    make_scene,
)
from tests.release.test_doors import rows
from tests.sdi_factory import restricted
from tests.thoroughness import WHOLE

pytestmark = pytest.mark.gate

PROPOSED, CLOSED, LIMITED = "diusulkan", "tertutup", "terbatas"
HIDDEN = (
    DRAFT,
    IN_REVIEW,
    REJECTED,
    WITHDRAWN,
    CHANGE,
    CHANGE_IN_REVIEW,
    AT_HEAD,
    AT_PEMBINA,
    PROPOSED,
    CLOSED,
    LIMITED,
)
TRIED = HIDDEN if WHOLE else (IN_REVIEW, WITHDRAWN, CHANGE)
"""Whose own addresses are read: those of every state, as CI does, or those where most may go wrong."""
START = "rahasia"
"""With it every word begins, so that a search for all of them says none of them itself."""

SEARCHES = (
    f"/dataset/?q={START}",
    f"/dataset/?q={START}*",
    f"/dataset/?q=title:{START}*",
    "/dataset/?q=*:*&sort=metadata_modified+desc",
    "/dataset/?res_format=CSV",
    "/dataset/?_tags_limit=0&_res_format_limit=0&_organization_limit=0",
    "/dataset/?organization=sim-dinas",
    "/dataset/?state=draft",
    "/dataset/?include_drafts=true&include_private=true",
    "/en/dataset/",
    f"/organization/?q={START}",
    "/organization/sim-dinas?q=*:*",
    "/organization/sim-dinas?_tags_limit=0",
    "/group/sim-kelompok?q=*:*",
    f"/feeds/custom.atom?q={START}*",
    "/feeds/custom.atom?q=*:*",
    f"/feeds/custom.atom?q=title:{START}*&sort=name+asc",
    f"/api/util/dataset/autocomplete?incomplete={START}",
    f"/api/2/util/dataset/autocomplete?incomplete={START}",
    f"/api/2/util/tag/autocomplete?incomplete={START}",
    f"/api/2/util/resource/format_autocomplete?incomplete={START}",
    "/api/2/util/resource/format_autocomplete?incomplete=r",
    f"/api/2/util/organization/autocomplete?q={START}",
    f"/api/2/util/group/autocomplete?q={START}",
    f"/api/2/util/user/autocomplete?q={START}",
    "/api/2/util/user/autocomplete?q=sim",
    f"/meja-walidata?q={START}",
    "/meja-walidata?tab=withdrawn",
    "/meja-opd?organization=sim-dinas",
    "/sitemap.xml",
    "/robots.txt",
)
FEED = (
    *(f"/catalog.{syntax}" for syntax in ("ttl", "xml", "rdf", "jsonld", "nt", "n3")),
    *(f"/catalog.ttl?q={START}*", "/catalog.xml?page=1", "/catalog.jsonld?modified_since=2000-01-01"),
    *(f"/catalog/dump.{syntax}.gz" for syntax in ("nt", "ttl", "xml", "jsonld")),
    "/data.json",
    "/data.json?page=1",
    "/feed",
    *(f"/feed.{syntax}" for syntax in ("ttl", "jsonld", "nt")),
    "/feed/0",
    "/feed/1",
    "/feed/0.jsonld",
    "/harvest/api/3/action/package_list",
    "/harvest/api/3/action/package_search?rows=100",
    f"/harvest/api/3/action/package_search?q={START}*",
    "/harvest/api/3/action/package_search?fq=state:draft",
    "/harvest/api/3/action/organization_list?all_fields=true",
    "/harvest/api/3/action/tag_list",
    "/harvest/api/3/action/status_show",
)
QUERIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("package_search", {"q": "*:*", "rows": 100, "include_private": True, "include_drafts": True}),
    ("package_search", {"fq": "state:draft", "rows": 100, "include_deleted": True}),
    ("package_search", {"fq": "+state:(draft OR active OR deleted) +capacity:private", "rows": 100}),
    ("package_search", {"fq": "publishing_status:withdrawn", "rows": 100}),
    ("package_search", {"q": f"text:{START}*", "rows": 100, "fl": "*"}),
    (
        "package_search",
        {"rows": 0, "facet.limit": -1, "facet.field": ["tags", "res_format", "author", "title_string", "konsep"]},
    ),
    ("package_autocomplete", {"q": START}),
    ("tag_list", {"all_fields": True}),
    ("tag_list", {"query": START}),
    ("tag_search", {"query": START}),
    ("tag_autocomplete", {"query": START}),
    ("format_autocomplete", {"q": START}),
    ("resource_search", {"query": f"name:{START}"}),
    ("resource_search", {"query": [f"description:{START}", "format:CSV"]}),
    ("group_package_show", {"id": "sim-kelompok"}),
    ("organization_show", {"id": "sim-dinas", "include_datasets": True}),
    ("organization_autocomplete", {"q": START}),
    ("user_autocomplete", {"q": START}),
    ("task_status_show", {"entity_id": "", "task_type": "lebak", "key": "table"}),
    ("datastore_search", {"resource_id": "_table_metadata", "limit": 1000}),
    ("datastore_info", {"id": "_table_metadata"}),
)


@dataclass
class Canary:
    """The county whose hidden records are looked for.

    Attributes:
        scene: With three records more: a restriction that is not decided, a closed and a restricted record.
        words: Those that nobody may read.
    """

    scene: Scene
    words: dict[str, str] = field(default_factory=dict)

    def told(self, page: str) -> list[str]:
        """The records of which a page tells, by state."""
        # The longest first: a change's word begins with that of the record that it changes.
        return [state for state, word in self.words.items() if word in page]


_made: list[Canary] = []
BROKEN: set[str] = set()
"""Addresses that answered with a page of errors, which is read like others."""


@pytest.fixture
def canary(request: pytest.FixtureRequest, app: CKANTestApp, monkeypatch: pytest.MonkeyPatch) -> Canary:
    """Made once: everything here only reads. A mistake of CKAN's gives its page of errors, as on a site."""
    monkeypatch.setitem(app.flask_app.config, "TESTING", False)
    monkeypatch.setitem(app.flask_app.config, "PROPAGATE_EXCEPTIONS", False)
    if not _made:
        for needed in ("clean_db", "clean_index", "clean_queues"):
            request.getfixturevalue(needed)
        _made.append(make_canary())
    return _made[0]


def make_canary() -> Canary:
    """Makes the county, commits it, and has the feed published."""
    scene = make_scene()
    undecided: dict[str, Any] = {"accessRights": "terbatas", "alasan_akses": f"Simulasi {START}kkkx"}
    scene.records[PROPOSED] = make_draft(scene, f"{START}kkkx", **undecided)
    words = ("alasan_akses", "dasar_hukum_akses", "rujukan_keputusan_akses")
    for state, word in ((CLOSED, f"{START}lllx"), (LIMITED, f"{START}mmmx")):
        decided = {**restricted(state), **dict.fromkeys(words, f"Simulasi {word}")}
        scene.records[state] = make_draft(scene, word, files=state == LIMITED, **decided)
    hand_in(name_of(OPERATOR), scene.records[LIMITED].id, text=f"Simulasi {START}mmmx")
    canary = Canary(scene, {state: scene.records[state].word for state in HIDDEN})
    for state in (IN_REVIEW, AT_PEMBINA, LIMITED):
        record = scene.records[state]
        act("lebak_review_note_create", name_of(WALIDATA), id=record.id, text=f"Catatan {record.word}", field="notes")
    act("lebak_review_note_create", name_of(PEMBINA), id=scene.records[AT_PEMBINA].id, text=f"Pembina {START}hhhx")
    act(
        "lebak_priority_set", name_of(KOORDINATOR), id=scene.records[DRAFT].id, years=["2026"], criterion=f"{START}aaax"
    )
    for record in scene.records.values():
        view = model.ResourceView.get(record.view) if record.view and record.id != record.public else None
        if view:
            view.title, view.description = f"Tampilan {record.word}", f"Simulasi {record.word}"
    model.Session.commit()
    assert model.meta.engine is not None
    publishing.refresh(model.meta.engine, wait=True)
    return canary


def surfaces(app: CKANTestApp, scene: Scene, record: Record) -> Iterator[str]:
    """Every address of the application that is read with GET, about a record, its files and its office."""
    filled = {
        "id": record.id,
        "_id": record.id,
        "name": record.id,
        "id_": record.id,
        "resource_id": record.file or "tidak-ada",
        "view_id": record.view or "tidak-ada",
        "activity_id": record.activity or "tidak-ada",
        "filename": "simulasi.csv",
        "number": "1",
        "note_id": "1",
        "page": "1",
        "slug": "buka-lagi",
        "desk": "walidata",
        "code": "36.02",
        "_format": "ttl",
        "lang": "id",
        "ver": "3",
        "storage_name": "default",
        "location": "simulasi.csv",
        "token": "simulasi",
        "entry": "1",
        "table": scene.ids["requested_table"],
        "year": "2026",
        "kind": "csv",
        "opd": scene.cast.office,
        "dataset_type": "kegiatan-statistik",
    }
    others = {"/organization/": scene.cast.office, "/group/": scene.group, "/feeds/organization/": scene.cast.office}
    others |= {"/permintaan-data/": scene.ids["data_request"], "/formulir/kiriman/": scene.ids["upload"]}
    others |= {"/forum/opd/": scene.cast.office, "/formulir/opd/": scene.cast.office}
    others |= {"/feeds/group/": scene.group, "/user/": name_of(OPERATOR), "/file/": scene.ids["file"]}
    for rule in app.flask_app.url_map.iter_rules():
        path = str(rule)
        # Pages of ckan-admin and other languages are the same pages; an action needs what `QUERIES` and `CALLS` say.
        skipped = ("/webassets/", "/testing/", "/user/_logout", "/<path:filename>", "/feeds/tag/")
        if "GET" not in (rule.methods or ()) or path.startswith(skipped) or "logic_function" in rule.arguments:
            continue
        if "path" in rule.arguments or path.strip("/") in tk.config["ckan.locales_offered"] or len(path.strip("/")) < 3:
            continue
        head = next((end for end in others if path.startswith(end)), "")
        values = {**filled, "id": others.get(head, filled["id"]), "name": others.get(head, filled["name"])}
        yield re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda part, values=values: values[part[1]], path)


def read(app: CKANTestApp, address: str, role: str, scene: Scene) -> str:
    """What an address gives: its headers and its body, unpacked."""
    answer = app.get(address, headers=scene.cast.headers(role), follow_redirects=False)
    if answer.status_code >= 500:
        BROKEN.add(address)
    body = answer.data
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    return f"{answer.headers}\n{body.decode(errors='replace')}"


def asked(app: CKANTestApp, action: str, data: dict[str, Any], role: str, scene: Scene) -> str:
    """What an action gives over HTTP, without the help that repeats nothing of a record."""
    answer = app.post(f"/api/3/action/{action}", json=data, headers=scene.cast.headers(role))
    return answer.get_data(as_text=True)


def lists(app: CKANTestApp, scene: Scene) -> Iterator[str]:
    """Addresses that are about no record."""
    yield "/"
    yield from SEARCHES
    yield from FEED
    seen = set(surfaces(app, scene, scene.records[APPROVED]))
    yield from sorted(seen & set(surfaces(app, scene, scene.records[DRAFT])))


def telling(canary: Canary, pages: Iterable[tuple[str, str]]) -> tuple[dict[str, list[str]], int]:
    """Which of some pages, each with its name, tell of a hidden record and of which; and how many were read."""
    found, read_of = {}, 0
    for name, page in pages:
        told = canary.told(page)
        read_of += 1
        if told:
            found[name] = told
    return found, read_of


@pytest.mark.parametrize("role", [ANONYMOUS, STRANGER])
def test_no_list_and_no_search_tells_of_a_hidden_record(canary: Canary, app: CKANTestApp, role: str) -> None:
    scene = canary.scene
    readers = {row["action"] for row in rows() if row["class"] == "lists"}
    calls = [(name, CALLS[name](scene, scene.records[APPROVED])) for name in sorted(readers - {"job_show"})]
    pages = ((address, read(app, address, role, scene)) for address in lists(app, scene))
    answers = ((f"{action} {data}", asked(app, action, data, role, scene)) for action, data in (*calls, *QUERIES))
    found, read_of = telling(canary, chain(pages, answers))
    print(f"{read_of} lists and searches")
    assert found == {}
    assert read_of >= 60


@pytest.mark.parametrize("role", [ANONYMOUS, STRANGER])
def test_no_address_of_a_hidden_record_tells_of_it(canary: Canary, app: CKANTestApp, role: str) -> None:
    scene = canary.scene
    about_none = set(lists(app, scene))
    readers = sorted({row["action"] for row in rows() if row["class"] == "reads"} - {"tag_show"})

    def pages() -> Iterator[tuple[str, str]]:
        for state in TRIED:
            record = scene.records[state]
            endings = [f"/dataset/{record.id}.{syntax}" for syntax in ("ttl", "xml", "jsonld", "nt", "rdf")]
            endings += [f"/datastore/dump/{record.file}?format={end}" for end in ("csv", "tsv", "json", "xml")]
            for address in {*surfaces(app, scene, record), *endings} - about_none:
                yield address, read(app, address, role, scene)
            for action in readers:
                data = CALLS[action](scene, record)
                yield f"{action} {data}", asked(app, action, data, role, scene)

    found, read_of = telling(canary, pages())
    print(f"{read_of} addresses of {len(TRIED)} hidden records")
    assert found == {}
    assert len(HIDDEN) >= 10
    assert read_of >= 60 * len(TRIED)


def test_a_restricted_file_is_told_nowhere(canary: Canary, app: CKANTestApp) -> None:
    """Its record is public, so its words are; the rows of its table and the address of its link are not."""
    scene, record = canary.scene, canary.scene.records[RESTRICTED]
    address, row = f"example.org/{record.word}.csv", f"36.02.14,10,{record.word}"
    addresses = {*lists(app, scene), *surfaces(app, scene, record), f"/datastore/dump/{record.file}?format=csv"}
    for each in sorted(addresses):
        page = read(app, each, ANONYMOUS, scene)
        assert address not in page, each
        assert row not in page, each


def test_what_is_released_is_told_there(canary: Canary, app: CKANTestApp) -> None:
    """The control: the same lists show the word of a released record, so a hidden one would be seen."""
    scene = canary.scene
    word = scene.records[APPROVED].word
    shown = [address for address in lists(app, scene) if word in read(app, address, ANONYMOUS, scene)]
    told = [f"{action} {data}" for action, data in QUERIES if word in asked(app, action, data, ANONYMOUS, scene)]
    about = set(surfaces(app, scene, scene.records[APPROVED])) - set(lists(app, scene))
    about_it = [address for address in sorted(about) if word in read(app, address, ANONYMOUS, scene)]
    print(json.dumps([shown, told, about_it, sorted(BROKEN)], indent=1))
    searching = [address for address in (*SEARCHES, *FEED) if address not in NEVER_TELLS]
    assert len([address for address in searching if address in shown]) >= len(searching) / 2
    assert len(told) >= len(QUERIES) / 2
    assert len(about_it) >= 10


NEVER_TELLS = frozenset(
    address
    for address in (*SEARCHES, *FEED)
    if address.startswith(("/meja-", "/robots", "/sitemap", "/organization/?q=")) or "user/auto" in address
)
"""Desks, which are nobody's here, and what knows of no record."""
