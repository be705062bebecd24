"""Many workbooks of BPS's forms in one job: readers must not notice it, and it must not fill the memory."""

from __future__ import annotations

import io
import secrets
import statistics
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import requests

from ckanext.lebak.workbooks.writing import Filled, workbook
from embedded.bench.client import Client
from embedded.bench.crawling import act
from embedded.bench.database import public_ids
from embedded.bench.report import Report, at_most
from embedded.bench.sites import Pair
from embedded.problem import Problem
from embedded.site import Site

ACTIVITIES, VARIABLES = 1_000, 20
MEGABYTE = 2**20
_OFFICE = "opd-lembar"
_IDLE_SECONDS = 20.0
_PAUSE = 0.02
_PATIENCE = 1_800.0
_AT_WORK = ("checking", "writing")
_ROWS = 4_500
"""Of the largest workbook that is taken: just under its most rows and its most bytes unpacked."""
_WORDS = "Simulasi untuk pengukuran: kata yang mengisi sel. " * 5


def workbooks(pair: Pair, report: Report, activities: int = ACTIVITIES) -> None:
    """Tells how long readers wait while activities are imported, and what memory the import takes.

    Args:
        pair: The sites.
        report: Where the numbers go.
        activities: How many are imported.
    """
    pair.ours.stop()
    # With the gate as people meet it: what is imported are drafts.
    site = Site(pair.ours.stack, pair.ours.name)
    report.head(f"Workbooks: {activities:,} activities with {VARIABLES} variables each in one job")
    site.start(worker=True)
    session = _operator(site)
    page = f"/dataset/{act(session, site, 'package_show', {'id': public_ids(site)[0]})['name']}"
    try:
        idle = _percentile(_read_for(site, page, _IDLE_SECONDS))
        archive = _archive(activities)
        with _read_meanwhile(site, page) as seconds, _memory(site) as memory:
            began = time.monotonic()
            sent = _sent(session, site, archive, "semua.zip")
            shown = _ended(session, site, sent["id"])
            checked = time.monotonic()
            act(session, site, "lebak_workbook_write", {"id": sent["id"]})
            shown = _ended(session, site, sent["id"])
        written = sum(bool(item["written"]) for item in shown["report"])
        if written != activities:
            raise Problem(f"{written} of {activities} were written: {shown['report'][0]['problems'][:3]}")
        busy = _percentile(seconds)
        what = f"a page, 95 of 100 within, of {len(seconds):,}"
        report.compare(what, busy * 1000, idle * 1000, busy / idle, "ms", goal=at_most(2), beside="idle")
        report.tell("looked at", activities / (checked - began), "activities/s")
        report.tell("written", activities / (time.monotonic() - checked), "activities/s")
        report.tell("memory of the import, at most", max(memory) / MEGABYTE, "MB", goal=at_most(200))
        with _memory(site) as memory:
            _ended(session, site, _sent(session, site, _largest(), "terbesar.zip")["id"])
        report.tell("memory of the largest workbook, at most", max(memory) / MEGABYTE, "MB", goal=at_most(200))
    finally:
        site.stop()
        pair.ours.start(worker=False)


def _operator(site: Site) -> requests.Session:
    """A session of somebody who works for an office."""
    admin = requests.Session()
    admin.headers["Authorization"] = site.admin_token("lembar")
    act(admin, site, "organization_create", {"name": _OFFICE, "title": "OPD pengukuran", "peran_sdi": ["produsen"]})
    user = {"name": "pengirim", "email": "pengirim@example.org", "password": secrets.token_urlsafe(24)}
    act(admin, site, "user_create", user)
    member = {"id": _OFFICE, "username": "pengirim", "role": "editor"}
    act(admin, site, "organization_member_create", member)
    session = requests.Session()
    made = act(admin, site, "api_token_create", {"user": "pengirim", "name": "bench"})
    session.headers["Authorization"] = made["token"]
    return session


def _archive(activities: int) -> bytes:
    variables = [
        {"nama": f"Variabel {number}", "definisi": "Simulasi", "konsep": ["Simulasi"]} for number in range(VARIABLES)
    ]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(activities):
            answers = {
                "title": f"SIMULASI {number}: kompilasi pengukuran",
                "tahun_kegiatan": "2024",
                "cara_pengumpulan_data": "3",
                "iii_tujuan_kegiatan": "Simulasi untuk pengukuran.",
                "iii_variabel_yang_dikumpulkan": variables,
            }
            archive.writestr(f"{number}.xlsx", workbook([Filled("MS-Keg", answers, {})]))
    return target.getvalue()


def _largest() -> bytes:
    """A workbook as large as one may be, in a zip file with others so that it is read in the background."""
    words = {"notes": _WORDS, "interpretasi": _WORDS, "metode_perhitungan": _WORDS}
    rows = [Filled("MS-Ind", {"title": f"SIMULASI {number}", **words}, {}) for number in range(_ROWS)]
    small = workbook([Filled("MS-Keg", {"title": "SIMULASI kecil"}, {})])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xlsx", workbook(rows))
        for number in range(6):
            archive.writestr(f"b{number}.xlsx", small)
    return target.getvalue()


def _sent(session: requests.Session, site: Site, content: bytes, name: str) -> dict[str, Any]:
    answer = session.post(
        f"{site.url}/api/3/action/lebak_workbook_check",
        data={"organization": _OFFICE},
        files={"upload": (name, content, "application/zip")},
        timeout=300,
    )
    if not answer.ok:
        raise Problem(f"The workbooks were not taken: {answer.text[:500]}")
    return answer.json()["result"]


def _ended(session: requests.Session, site: Site, id_: str) -> dict[str, Any]:
    """The upload, once the job is through with it."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        shown = act(session, site, "lebak_workbook_show", {"id": id_})
        if shown["state"] not in _AT_WORK:
            return shown
        time.sleep(1)
    raise Problem(f"The job has not ended; see {site.worker.log}")


def _read_for(site: Site, page: str, seconds: float) -> list[float]:
    client, found, until = Client(site.url), list[float](), time.monotonic() + seconds
    while time.monotonic() < until:
        found.append(client.get(page).seconds)
        time.sleep(_PAUSE)
    return found


@contextmanager
def _read_meanwhile(site: Site, page: str) -> Iterator[list[float]]:
    client, found, ended = Client(site.url), list[float](), threading.Event()

    def read() -> None:
        while not ended.wait(_PAUSE):
            found.append(client.get(page).seconds)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


@contextmanager
def _memory(site: Site) -> Iterator[list[int]]:
    """Bytes that the process of a job has for itself, again and again: what it shares with the worker is not its."""
    found, ended = [0], threading.Event()

    def look() -> None:
        while not ended.wait(_PAUSE):
            if site.worker.pid is None:
                continue
            for child in psutil.Process(site.worker.pid).children(recursive=True):
                try:
                    found.append(child.memory_full_info().uss)
                except psutil.Error:
                    continue  # it has just ended

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _percentile(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
