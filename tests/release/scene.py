"""A small county with a record in every state, and what the public reads of it: for the tests of every door.

It is made once and committed. What a test does to it happens in a transaction of the test's own, whatever CKAN commits
inside: `Scene.tried` undoes it, and puts the search index back to what the database says.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection
from ckan.plugins import toolkit as tk
from ckanext.datastore.backend.postgres import get_write_engine
from pysolr import Solr
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.datastructures import FileStorage

from ckanext.lebak import audit
from ckanext.lebak.people.model import Capacity
from ckanext.lebak.release import gate, withdrawals
from ckanext.lebak.tables.loading import load_table
from ckanext.lebak.tables.scanning import ensure_scanned, stored_resource
from tests.days import in_days
from tests.people_factory import (
    HEAD,
    KOORDINATOR,
    OPERATOR,
    OTHER_OPERATOR,
    READER,
    ROLES,
    SYSADMIN,
    WALIDATA,
    Cast,
    add_user,
    join,
    make_cast,
    name_of,
)
from tests.planning import doors as planning
from tests.release import door_forum
from tests.release.conftest import act, hand_in
from tests.sdi_factory import COLUMNS, complete_dataset, complete_resource, restricted

DRAFT, IN_REVIEW, APPROVED, REJECTED, WITHDRAWN = "draft", "in_review", "approved", "rejected", "withdrawn"
CHANGE, CHANGE_IN_REVIEW = "change", "change_in_review"
"""A working copy that is being edited, and one that was handed in: changes of records that are public."""
AT_HEAD, AT_PEMBINA, RESTRICTED = "at_head", "at_pembina", "restricted"
STATES = (DRAFT, IN_REVIEW, APPROVED, REJECTED, WITHDRAWN, CHANGE, CHANGE_IN_REVIEW)

USED = ("UPDATE api_token SET last_access", 'UPDATE "user" SET last_active')
"""Heads of statements by which CKAN notes with a request that a token or an account was used."""

# Read by a path of its own, so that the product's idea of what is public is not what it is measured by.
_PUBLIC = sa.text(
    """
    WITH shown AS (SELECT * FROM package WHERE state = 'active' AND NOT private)
    SELECT id, (to_jsonb(shown) - 'extras')::text, (extras - array['prioritas_tahun', 'kriteria_prioritas',
           'indikator_prioritas'])::text,
      (SELECT string_agg(to_jsonb(r)::text, ',' ORDER BY r.id) FROM resource r WHERE r.package_id = shown.id),
      (SELECT string_agg(to_jsonb(v)::text, ',' ORDER BY v.id) FROM resource_view v JOIN resource r
         ON v.resource_id = r.id WHERE r.package_id = shown.id),
      (SELECT string_agg(t.name || l.state, ',' ORDER BY t.name) FROM package_tag l JOIN tag t ON t.id = l.tag_id
         WHERE l.package_id = shown.id),
      (SELECT string_agg(m.group_id || m.state, ',' ORDER BY m.group_id) FROM member m WHERE m.table_id = shown.id),
      (SELECT string_agg(s.id || s.type || s.state, ',') FROM package_relationship s
         WHERE shown.id IN (s.subject_package_id, s.object_package_id)),
      (SELECT string_agg(to_jsonb(e)::text, ',' ORDER BY e.number) FROM lebak_release e
         WHERE e.package_id = shown.id AND e.withdrawn_at IS NULL)
    FROM shown ORDER BY id
    """
)


@dataclass
class Record:
    """A record of the county.

    Attributes:
        id: Of the record, or of the working copy.
        name: Its address.
        word: A word that stands in each of its texts and in its table, and nowhere else.
        file: Id of its uploaded table.
        link: Id of its file at an external address.
        view: Id of the preview of the table.
        public: Id of the released record; None if nothing of it is public.
        activity: Id of an entry of its activity stream.
    """

    id: str
    name: str
    word: str
    file: str
    link: str
    view: str
    public: str | None = None
    activity: str = ""


@dataclass
class Scene:
    """The county, and a connection on which a test tries things.

    Attributes:
        cast: Offices and people.
        records: By state.
        group: Name of a group.
        ids: Of other things there are: ``note``, ``request``, ``vocabulary``, ``token``, ...
    """

    cast: Cast
    records: dict[str, Record] = field(default_factory=dict)
    group: str = "sim-kelompok"
    ids: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[Path, bytes] = field(default_factory=dict)
    written: bool = False
    tabled: bool = False
    indexed: set[str] = field(default_factory=set)
    _connection: sa.Connection | None = None

    @property
    def released(self) -> list[str]:
        """Ids of what is public."""
        return sorted({record.public for record in self.records.values() if record.public})

    def hidden(self) -> list[Record]:
        """Records that no reader sees."""
        return [record for record in self.records.values() if record.id != record.public]

    def stored(self) -> dict[str, tuple[Any, ...]]:
        """What the database holds of what is public, by id of the record."""
        assert self._connection is not None
        return {row.id: tuple(row) for row in self._connection.execute(_PUBLIC)}

    def read(self) -> dict[str, Any]:
        """What an anonymous reader gets: records, search index, tables, the bytes of files."""
        answers: dict[str, Any] = {"search": act("package_search", "", rows=100, include_drafts=True)["results"]}
        for record in self.records.values():
            for id_ in {record.id, record.public} - {None}:
                answers[f"show {id_}"] = _answer("package_show", id=id_)
                for file in answers[f"show {id_}"].get("resources", []):
                    answers[f"file {file['id']}"] = _answer("lebak_file_show", id=file["id"])
                    answers[f"views {file['id']}"] = _answer("resource_view_list", id=file["id"])
                    if file["datastore_active"]:
                        found = _answer("datastore_search", resource_id=file["id"])
                        answers[f"rows {file['id']}"] = found.get("records", found)
        found = make_connection(decode_dates=False).search("*:*", fq="+capacity:public +state:active", rows=100)
        answers["index"] = sorted(json.dumps(_said(document), sort_keys=True, default=str) for document in found.docs)
        return json.loads(json.dumps(answers, default=str))

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Undoes what is done inside: in the database, the index and the datastore."""
        assert self._connection is not None
        self.written, self.tabled, self.indexed = False, False, set()
        model.Session.remove()  # its own savepoint would end with ours
        nested = self._connection.begin_nested()
        try:
            yield
        finally:
            model.Session.remove()
            nested.rollback()
            for path, content in self.files.items():
                # The register of withdrawals too: a site withdraws again what stands there.
                if not path.exists() or path.stat().st_size != len(content):
                    path.write_bytes(content)
            self._index_again()
            if self.tabled:
                self._load_again()
            model.Session.remove()

    def _index_again(self) -> None:
        for id_ in self.indexed:
            if model.Package.get(id_):
                search.rebuild(id_, defer_commit=True)
            else:
                make_connection().delete(q=f"id:{id_}", commit=False)
        if self.indexed:
            search.commit()
        model.Session.remove()

    def _load_again(self) -> None:
        """Puts the datastore back, which is another database than the one whose transaction was undone."""
        before, now = self.tables, rows_of_tables()
        lost = [name for name in before if before[name] != now.get(name)]
        with get_write_engine().begin() as connection:
            for alias in sa.inspect(connection).get_view_names():
                if not alias.startswith("_"):
                    connection.execute(sa.DDL('DROP VIEW "%(alias)s"', context={"alias": alias}))
            for name in now.keys() - (before.keys() - set(lost)):
                sa.Table(name, sa.MetaData()).drop(connection)
        assert self._connection is not None
        nested = self._connection.begin_nested()
        for name in lost:
            load_table(name, force=True)
        model.Session.remove()
        nested.rollback()
        assert rows_of_tables() == before

    @contextmanager
    def bound(self) -> Iterator[None]:
        """Has CKAN's session work in one transaction, of which nothing stays."""
        assert model.meta.engine is not None
        engine = model.meta.engine
        with engine.connect() as connection:
            outer = connection.begin()
            model.Session.remove()
            model.Session.configure(bind=connection, join_transaction_mode="create_savepoint")
            self._connection = connection
            event_args = (Engine, "before_cursor_execute", self._note_statement)
            event.listen(*event_args)
            try:
                yield
            finally:
                event.remove(*event_args)
                model.Session.remove()
                model.Session.configure(bind=engine, join_transaction_mode="conditional_savepoint")
                self._connection = None
                outer.rollback()

    def _note_statement(self, connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        verb = statement.lstrip().split(None, 1)[0].upper()

        changes = not statement.startswith(USED) and verb not in (
            "SELECT",
            "SAVEPOINT",
            "RELEASE",
            "ROLLBACK",
            "SET",
            "SHOW",
            "WITH",
        )
        self.written = self.written or changes
        self.tabled = self.tabled or (changes and connection.engine is get_write_engine())


def _said(document: dict[str, Any]) -> dict[str, Any]:
    """A document of the index without what tells when it was written, in the index or in the record's JSON."""
    return {key: value for key, value in document.items() if key not in ("_version_", "indexed_ts")}


def make_upload(content: bytes, name: str = "simulasi.csv") -> FileStorage:
    """A file as a form or the API sends it."""
    return FileStorage(io.BytesIO(content), name, "upload", "text/csv")


class Public:
    """What the public reads before anything is tried, to be compared with what it reads after."""

    def __init__(self, scene: Scene) -> None:
        """Reads it."""
        self.scene = scene
        self.stored, self.read = scene.stored(), scene.read()

    def changed(self) -> list[str]:
        """Ids of records that are public now and were not, or not so, or are not any more."""
        now = self.scene.stored()
        return sorted(id_ for id_ in {*now, *self.stored} if now.get(id_) != self.stored.get(id_))

    def difference(self, *, office: bool = False) -> str:
        """What is another thing than before, in words; empty if nothing is.

        Args:
            office: Whether what is said of the office itself may be another.
        """
        changed = self.changed()
        if changed:
            return f"the database has another {changed}"
        if not self.scene.written:
            return ""  # no statement, and nothing sent to the index: readers cannot get anything else
        before, after = self.read, self.scene.read()
        if office:
            before, after = _without_office(before), _without_office(after)
        different = [key for key in {*before, *after} if before.get(key) != after.get(key)]
        return f"readers get another {different}" if different else ""


def answer(call: Callable[[], Any]) -> tuple[str, Any]:
    """What a call comes to, as a cell of the table says it, and what it gives."""
    try:
        return "ok", call()
    except tk.NotAuthorized:
        return "refused", None
    except tk.ObjectNotFound:
        return "notfound", None
    except gate.Refused:
        return "gate", None
    except tk.ValidationError as error:
        return ("gate" if "publishing_status" in error.error_dict else "invalid"), None
    except Exception as error:  # noqa: BLE001 - a crash is a result too, and no cell allows it
        return f"crash: {error!r}", None


def _without_office(read: dict[str, Any]) -> dict[str, Any]:
    shown = {key: dict(value) for key, value in read.items() if key.startswith("show ")}
    for record in shown.values():
        record.pop("organization", None)
    return shown


def rows_of_tables() -> dict[str, list[Any]]:
    """The rows of every table of the datastore."""
    with get_write_engine().connect() as connection:
        # The datastore's own notes, as `_table_stats`, are no data.
        names = [name for name in sa.inspect(connection).get_table_names() if not name.startswith("_")]
        tables = {name: sa.table(name, sa.column("*", is_literal=True)) for name in names}
        return {name: [tuple(map(str, row)) for row in connection.execute(sa.select(tables[name]))] for name in names}


def _answer(action: str, **data: Any) -> dict[str, Any]:
    try:
        return act(action, "", **data)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return {"hidden": True}


_made: dict[str, Scene] = {}


def opened(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The fixture ``scene``: the county, made by the first test of a module; each works in a transaction of its own."""
    request.getfixturevalue("app")  # it binds CKAN's session anew, so it comes first
    module = request.module.__name__
    if module not in _made:
        for needed in ("clean_db", "clean_index", "clean_queues"):
            request.getfixturevalue(needed)
        _made.clear()
        _made[module] = make_scene()
    scene = _made[module]
    update, index = Solr._update, search.PackageSearchIndex

    def noted(self: Solr, *args: Any, **options: Any) -> Any:
        scene.written = True
        return update(self, *args, **options)

    def noting(done: Any) -> Any:
        def noted(self: Any, pkg_dict: Any, *args: Any, **options: Any) -> None:
            scene.indexed.add(pkg_dict["id"])
            done(self, pkg_dict, *args, **options)

        return noted

    monkeypatch.setattr(Solr, "_update", noted)
    monkeypatch.setattr(index, "index_package", noting(index.index_package))
    monkeypatch.setattr(index, "delete_package", noting(index.delete_package))
    with scene.bound():
        yield scene


def make_scene() -> Scene:
    """Makes the county, and commits it."""
    scene = Scene(make_cast())
    tk.get_action("get_site_user")({"ignore_auth": True}, {})  # makes it, as the start of a site does
    operator, walidata = name_of(OPERATOR), name_of(WALIDATA)
    for number, state in enumerate((*STATES, AT_PEMBINA, AT_HEAD, RESTRICTED)):
        fields = restricted() if state == RESTRICTED else {}
        scene.records[state] = make_draft(scene, f"rahasia{'abcdefghij'[number] * 3}x", **fields)
    act("group_create", name_of(SYSADMIN), name=scene.group, title="SIMULASI kelompok")
    for state, record in scene.records.items():
        if state in (APPROVED, IN_REVIEW, WITHDRAWN):
            in_group = {"id": scene.group, "object": record.id, "object_type": "package", "capacity": "public"}
            act("member_create", name_of(SYSADMIN), **in_group)
        if state == DRAFT:
            continue
        if state == AT_PEMBINA:
            act("lebak_priority_set", name_of(KOORDINATOR), id=record.id, years=["2026"])
        if state == AT_HEAD:
            act("organization_patch", name_of(SYSADMIN), id=scene.cast.office, persetujuan_kepala="1")
        hand_in(operator, record.id)
        if state == AT_HEAD:
            act("organization_patch", name_of(SYSADMIN), id=scene.cast.office, persetujuan_kepala="")
        if state == REJECTED:
            note = {"text": f"Simulasi catatan {record.word}", "field": "notes"}
            act("lebak_release_return", walidata, id=record.id, notes=[note])
            (noted,) = act("lebak_release_show", operator, id=record.id)["notes"]
            scene.ids["note"] = noted["id"]
        elif state in (APPROVED, RESTRICTED, WITHDRAWN, CHANGE, CHANGE_IN_REVIEW):
            act("lebak_release_approve", walidata, id=record.id)
            record.public = record.id
        if state == WITHDRAWN:
            act("lebak_release_withdraw", name_of(HEAD), id=record.id, text=f"Simulasi {record.word}")
            record.public = None
        elif state in (CHANGE, CHANGE_IN_REVIEW):
            scene.records[state] = _change(scene, record, handed_in=state == CHANGE_IN_REVIEW)
    _others(scene)
    scene.tables = rows_of_tables()
    kept = [*Path(tk.config["ckan.storage_path"], "resources").rglob("*"), withdrawals.path()]
    scene.files = {path: path.read_bytes() for path in kept if path and path.is_file()}
    for id_ in {record.id for record in scene.records.values()} | set(scene.released):
        search.rebuild(id_, defer_commit=False)  # by one way, so that its documents can be compared
    for record in scene.records.values():
        activities = act("package_activity_list", name_of(SYSADMIN), id=record.id)
        record.activity = activities[0]["id"] if activities else ""
    return scene


WORDED = (
    "title",
    "notes",
    "konsep",
    "catatan_data",
    "interpretasi",
    "metode_perhitungan",
    "rumus",
    "unit_produsen",
    "author",
    "maintainer",
    "ukuran",
    "satuan",
)
"""Fields of a record in which somebody writes words."""


def make_draft(scene: Scene, word: str, *, files: bool = True, **more: Any) -> Record:
    """Makes a draft of the office with a word in every text, in its table, in its tags and in the names of its files.

    Args:
        scene: The county.
        word: The word.
        files: Whether it has files.
        **more: Further fields.
    """
    operator = name_of(OPERATOR)
    fields = complete_dataset(
        **{
            **dict.fromkeys(WORDED, f"SIMULASI {word}"),
            "owner_org": scene.cast.id_of(scene.cast.office),
            "name": f"simulasi-{word}",
            "url": f"https://example.org/{word}",
            "author_email": f"{word}@example.org",
            "maintainer_email": f"{word}@example.org",
            "variabel_disaggregasi": [f"Menurut {word}"],
            "kodereferensi": [f"Kode {word}"],
            "tags": [{"name": word}],
            "resources": [],
            "prioritas_tahun": None,
            **more,
        }
    )
    made = act("package_create", operator, **fields)
    record = Record(made["id"], made["name"], word, "", "", "")
    if files:
        rows = f"tahun,kode_kecamatan,jumlah,catatan\n2024,36.02.14,10,{word}\n".encode()
        columns = [{**column, "definisi": f"Simulasi {word}"} for column in COLUMNS]
        told = {"name": f"Tabel {word}", "description": f"Simulasi {word}"}
        table = complete_resource(url=None, kolom=columns, **told)
        upload = make_upload(rows, f"{word}.csv")
        record.file = act("resource_create", operator, package_id=made["id"], upload=upload, **table)["id"]
        ensure_scanned(stored_resource(record.file))
        load_table(record.file)
        link = complete_resource(**{**told, "url": f"https://example.org/{word}.csv", "format": word, "kolom": None})
        record.link = act("resource_create", operator, package_id=made["id"], **link)["id"]
        record.view = _view(record.file)
    return record


def _change(scene: Scene, released: Record, *, handed_in: bool) -> Record:
    operator = name_of(OPERATOR)
    copy = act("lebak_release_change", operator, id=released.id)
    word = f"{released.word}perubahan"
    act("package_patch", operator, id=copy["id"], notes=f"Simulasi {word}", title=f"SIMULASI {word}")
    file, link = act("package_show", operator, id=copy["id"])["resources"]
    rows = f"tahun,kode_kecamatan,jumlah,catatan\n2024,36.02.14,11,{word}\n".encode()
    act("resource_patch", operator, id=file["id"], upload=make_upload(rows, f"{word}.csv"))
    ensure_scanned(stored_resource(file["id"]))
    load_table(file["id"])
    if handed_in:
        hand_in(operator, copy["id"], kind="revisi", reason="Simulasi: salah hitung")
    return Record(copy["id"], copy["name"], word, file["id"], link["id"], _view(file["id"]), released.id)


def _view(resource_id: str) -> str:
    views = act("resource_view_list", name_of(SYSADMIN), id=resource_id)
    return views[0]["id"] if views else ""


def _others(scene: Scene) -> None:
    """What actions on other things than records are tried on."""
    from tests.release import door_statistics  # its calls are of the scene

    admin, cast = name_of(SYSADMIN), scene.cast
    add_user("sim-wakil")
    join("sim-wakil", cast.office, "editor")
    model.Session.commit()
    vocabulary = act("vocabulary_create", admin, name="sim-kosakata", tags=[{"name": "sim-istilah"}])
    task = {"entity_id": scene.records[DRAFT].file, "entity_type": "resource", "task_type": "simulasi", "key": "lain"}
    until = in_days(30)
    asked = {
        "package_id": scene.records[RESTRICTED].id,
        "organization_id": cast.id_of(cast.other_office),
        "purpose": "Simulasi",
        "until": until,
    }
    scene.ids |= {
        "vocabulary": vocabulary["id"],
        "empty_vocabulary": act("vocabulary_create", admin, name="sim-kosakata-kosong")["id"],
        "task": act("task_status_update", admin, value="simulasi", **task)["id"],
        "request": act("lebak_access_request_create", name_of(OTHER_OPERATOR), **asked)["id"],
        "deputy": act("lebak_deputy_name", name_of(HEAD), id=cast.office, username="sim-wakil", until=until)["id"],
        "entry": str(audit.of_package(scene.records[IN_REVIEW].id)[0].id),
        "capacity": str(model.Session.scalar(sa.select(Capacity.id).where(Capacity.capacity == "koordinator"))),
    }
    door_statistics.make_others(scene)
    planning.make(scene)
    door_forum.make(scene)
    for role in ROLES[1:]:
        cast.token(role)
    stored = model.File(name="simulasi.csv", location="simulasi.csv", storage="default", size=8, hash="simulasi")
    model.Session.add(stored)
    model.Session.flush()
    scene.ids["file"] = stored.id
    reader = cast.user(READER)
    assert reader is not None
    scene.ids["token"] = str(
        model.Session.scalar(sa.select(model.ApiToken.id).where(model.ApiToken.user_id == reader.id))
    )
    model.Session.commit()
