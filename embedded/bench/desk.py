"""The desk of the walidata with many hand-ins beside the same desk with few: it must not grow slow with the catalog."""

from __future__ import annotations

import statistics

import requests
from sqlalchemy.dialects.postgresql import insert

from embedded.bench.client import Client
from embedded.bench.crawling import act
from embedded.bench.database import opened, public_ids
from embedded.bench.report import Report, at_most
from embedded.bench.sites import Pair
from embedded.site import Site

FEW, MANY = 50, 5_000
_TIMES = 15
_DESK = "/meja-walidata"


def desk(pair: Pair, report: Report) -> None:
    """Tells how long the desk takes with few and with many hand-ins that wait."""
    site = pair.ours
    token = _walidata(site)
    ids = public_ids(site)[:MANY]
    report.head(f"The desk of the walidata, {pair.size:,} datasets")
    hand_in(site, ids[:FEW])
    few = _seconds(site, token)
    hand_in(site, ids)
    many = _seconds(site, token)
    forget_hand_ins(site, ids)
    what = f"{len(ids):,} hand-ins wait, median of {_TIMES}"
    report.compare(what, many * 1000, few * 1000, many / few, "ms", goal=at_most(2), beside=f"{FEW} wait:")


def hand_in(site: Site, ids: list[str]) -> None:
    """Has datasets wait for the walidata, past the moves that people make."""
    with opened(site) as (connection, tables):
        rows = tables.tables["lebak_workflow"]
        waits = {"status": "in_review", "step": "walidata"}
        empty = {"kind": "tetap", "period": "", "reason": "", "pembina_view": ""}
        noted = {**waits, **empty, "since": "2026-11-01T00:00:00+00:00", "submitted_by": "penulis"}
        query = insert(rows).on_conflict_do_update(index_elements=["package_id"], set_=waits)
        connection.execute(query, [{**noted, "package_id": id_} for id_ in ids])


def forget_hand_ins(site: Site, ids: list[str]) -> None:
    """Has them released again, as they were."""
    with opened(site) as (connection, tables):
        rows = tables.tables["lebak_workflow"]
        connection.execute(rows.update().where(rows.c.package_id.in_(ids)).values(status="approved", step=""))


def _walidata(site: Site) -> str:
    """The token of a person who acts as walidata."""
    admin = requests.Session()
    admin.headers["Authorization"] = site.admin_token("bench")
    act(admin, site, "organization_create", {"name": "diskominfosp", "title": "Walidata", "peran_sdi": ["walidata"]})
    user = {"name": "pemeriksa", "email": "pemeriksa@example.org", "password": site.name * 3}
    act(admin, site, "user_create", user)
    held = {"user": "pemeriksa", "organization": "diskominfosp", "capacity": "walidata"}
    act(admin, site, "lebak_capacity_grant", held)
    return act(admin, site, "api_token_create", {"user": "pemeriksa", "name": "bench"})["token"]


def _seconds(site: Site, token: str) -> float:
    client = Client(site.url)
    client.get(_DESK, Authorization=token)  # once unmeasured: templates and plans are made
    return statistics.median(client.get(_DESK, Authorization=token).seconds for _ in range(_TIMES))
