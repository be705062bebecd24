"""The audit log keeps what was noted."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from ckan import model
from sqlalchemy.exc import DBAPIError

from ckanext.lebak import audit

pytestmark = pytest.mark.usefixtures("clean_db")


def test_an_entry_can_be_read_and_its_words_taken_away() -> None:
    entry = audit.note("operator", "release.submit", package_id="p1", text="Simulasi alasan", content="abc")
    audit.redact(entry, "walidata")
    model.Session.commit()
    redaction, kept = audit.of_package("p1")
    assert (kept.text, kept.content, len(kept.text_digest or "")) == ("", "abc", 64)
    assert kept.words is not None
    assert kept.words.redacted_by == "walidata"
    assert (redaction.act, redaction.details) == ("audit.redact", {"entry": kept.id})


@pytest.mark.parametrize(
    "statement",
    [sa.update(audit.AuditEntry).values(actor="other"), sa.delete(audit.AuditEntry)],
    ids=["change", "delete"],
)
def test_the_database_refuses_to_change_an_entry(statement: sa.Executable) -> None:
    audit.note("operator", "release.submit", package_id="p1")
    model.Session.commit()
    with pytest.raises(DBAPIError, match="never changed"):
        model.Session.execute(statement)
    model.Session.rollback()
    assert [entry.actor for entry in audit.of_package("p1")] == ["operator"]
