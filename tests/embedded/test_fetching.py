"""What is fetched is what was locked, and a failure says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from embedded import bootstrap, solr
from embedded.problem import Problem
from embedded.stack import CACHE


def test_every_jar_is_locked_once_with_its_hash() -> None:
    jars = list(solr.locked_jars())
    assert len({jar.name for jar in jars}) == len(jars) > 100
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in jars)
    assert any(jar.artifact == "solr-core" and jar.version == solr.VERSION for jar in jars)


def test_a_jar_that_is_not_the_locked_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jar = next(solr.locked_jars())
    monkeypatch.setattr(solr, "locked_jars", lambda: iter([jar]))
    planted = tmp_path / "maven" / jar.group.replace(".", "/") / jar.artifact / jar.version / jar.name
    planted.parent.mkdir(parents=True)
    planted.write_bytes(b"something else")
    with pytest.raises(Problem, match=re.escape(jar.name)):
        solr.fetch_jars(tmp_path, print)
    assert not list((tmp_path / "solr").rglob("*.jar"))


def test_what_was_fetched_is_not_fetched_again() -> None:
    folder = solr.fetch_jars(CACHE, lambda text: None)
    said: list[str] = []
    assert solr.fetch_jars(CACHE, said.append) == folder
    assert said == []


@pytest.mark.parametrize(
    ("detail", "advice"),
    [
        ("error: Failed to fetch: `simple/uv/`\n  Caused by: dns error: failed to lookup address", "network"),
        ("ERROR: No matching distribution found for uv==0.13.8", "network"),
        ("Failed to build `psycopg2`\n  error: command 'gcc' failed: No such file or directory", "compiler"),
        ("error: Hash mismatch for `rq==2.10.0`", "not the pinned one"),
        ("OSError: [Errno 28] No space left on device", "make room"),
        ("error: failed to create file: Permission denied (os error 13)", "another user"),
    ],
)
def test_a_failed_installation_is_one_sentence_and_the_last_word(detail: str, advice: str) -> None:
    sentence, _, last = bootstrap.sentence(detail).partition("\n")
    assert advice in sentence
    assert last.strip() == f"({detail.splitlines()[-1].strip()})"


def test_no_lock_names_a_registry() -> None:
    for lock in (*bootstrap.LOCKS.glob("*.txt"), solr.HERE / "jars.lock"):
        assert "://" not in lock.read_text(), lock.name
