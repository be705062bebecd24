"""The daily e-mail, through CKAN's mailer, to a mail server that answers, refuses or hangs (notices/digests.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import ckan.plugins as p
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import mailer

from ckanext.lebak.notices import digests
from ckanext.lebak.notices.model import Notice
from tests.notices import smtp
from tests.notices.smtp import MailServer
from tests.release.conftest import act, submit

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index", "with_request_context")]

Draft = Callable[..., dict[str, Any]]
TODAY = dt.datetime(2999, 1, 1, 3, tzinfo=dt.timezone.utc)
TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.fixture
def mailed(
    mail_server: MailServer, ckan_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch, county: SimpleNamespace
) -> MailServer:
    """CKAN's mailer uses the test's server, and waits for it not long; notices are not too old for year 2999."""
    monkeypatch.setitem(ckan_config, "smtp.server", mail_server.address)
    monkeypatch.setitem(ckan_config, "smtp.mail_from", "katalog@example.org")
    monkeypatch.setattr(digests, "SECONDS", 5)
    monkeypatch.setattr(digests, "_YOUNG", dt.timedelta(days=400_000))
    return mail_server


def notices() -> list[Notice]:
    model.Session.expire_all()
    return list(model.Session.scalars(sa.select(Notice).order_by(Notice.id)))


def test_each_person_gets_one_letter_a_day(county: SimpleNamespace, draft: Draft, mailed: MailServer) -> None:
    records = [draft(), draft()]
    for record in records:
        submit(county, record["id"])
    assert digests.send(TODAY) == 2  # walidata and second
    assert digests.send(TODAY + dt.timedelta(hours=5)) == 0
    walidata = model.User.get(county.walidata)
    assert walidata is not None
    (letter,) = [each for each in mailed.letters if walidata.email in each["To"]]
    body = letter.get_content()
    for record in records:
        assert record["title"] in body
        assert f"/dataset/{record['name']}" in body
    assert "/pemberitahuan" in body
    assert letter.get_content_type() == "text/plain"
    assert letter["Message-ID"]
    submit(county, draft()["id"])
    assert digests.send(TODAY + dt.timedelta(hours=6)) == 0
    assert digests.send(TOMORROW) == 2
    assert len(mailed.letters) == 4


@pytest.mark.parametrize("fault", [smtp.REFUSE, smtp.REFUSE_CONTENT, smtp.HANG, "away"])
def test_a_failing_server_loses_nothing_and_sends_nothing_twice(
    county: SimpleNamespace,
    draft: Draft,
    mailed: MailServer,
    ckan_config: dict[str, Any],
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submit(county, draft()["id"])
    if fault == smtp.HANG:
        monkeypatch.setattr(digests, "SECONDS", 0.3)
    mailed.mode = fault
    if fault == "away":
        ckan_config["smtp.server"] = "127.0.0.1:1"
    for number in (1, 2):
        with pytest.raises(digests.NotSent):
            digests.send(TODAY)
        assert [(each.mailed_at, each.tries) for each in notices()] == [(None, number)] * 2
    for each in notices():
        assert each.error.startswith(("MailerException", "SMTPServerDisconnected"))
        assert "@" not in each.error
    ckan_config["smtp.server"] = mailed.address
    monkeypatch.setattr(digests, "SECONDS", 5)
    mailed.mode = smtp.ACCEPT
    assert digests.send(TODAY) == 2
    assert digests.send(TODAY) == 0
    assert len(mailed.letters) == 2
    assert [(bool(each.mailed_at), each.tries, each.error) for each in notices()] == [(True, 3, "")] * 2


def test_a_letter_that_was_taken_is_not_sent_again_when_the_server_leaves_without_goodbye(
    county: SimpleNamespace, draft: Draft, mailed: MailServer
) -> None:
    submit(county, draft()["id"])
    mailed.mode = smtp.NO_GOODBYE
    assert digests.send(TODAY) == 2
    assert digests.send(TODAY) == 0
    assert len(mailed.letters) == 2


def test_after_some_failures_in_a_row_the_server_is_left_alone(
    county: SimpleNamespace, draft: Draft, mailed: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(county, draft()["id"])
    monkeypatch.setattr(digests, "MOST_FAILURES", 1)
    monkeypatch.setattr(digests, "SECONDS", 0.3)
    mailed.mode = smtp.HANG
    with pytest.raises(digests.NotSent):
        digests.send(TODAY)
    assert mailed.asked == 1


def test_a_move_asks_no_mail_server(county: SimpleNamespace, draft: Draft, mailed: MailServer) -> None:
    mailed.mode = smtp.HANG
    submit(county, draft()["id"])
    assert mailed.asked == 0


def test_what_was_read_or_is_not_wanted_is_not_mailed(
    county: SimpleNamespace, draft: Draft, mailed: MailServer
) -> None:
    submit(county, draft()["id"])
    act("lebak_notice_read", county.walidata)
    act("lebak_notice_digest_set", county.second, digest=False)
    assert digests.send(TODAY) == 0
    assert mailed.letters == []


def test_what_waits_is_kept_while_no_mail_server_is_set(
    county: SimpleNamespace, draft: Draft, mailed: MailServer, ckan_config: dict[str, Any]
) -> None:
    submit(county, draft()["id"])
    address, ckan_config["smtp.server"] = ckan_config["smtp.server"], ""
    assert digests.send(TODAY) == 0
    assert all(each.mailed_at is None and each.tries == 0 for each in notices())
    ckan_config["smtp.server"] = address
    assert digests.send(TODAY) == 2


def test_another_plugin_may_bring_it_by_another_way(
    county: SimpleNamespace, draft: Draft, mailed: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(county, draft()["id"])
    brought: list[str] = []

    class Messenger:
        def notify_recipient(self, sent: bool, name: str, email: str, subject: str, body: str, *more: Any) -> bool:
            brought.append(body)
            return True

    found = mailer.plugins.PluginImplementations
    monkeypatch.setattr(
        mailer.plugins, "PluginImplementations", lambda i: [Messenger()] if i is p.INotifier else found(i)
    )
    assert digests.send(TODAY) == 2
    assert len(brought) == 2
    assert mailed.letters == []
