"""An uploaded file outlives a mistake in its form (forms/staging.py)."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

from werkzeug.datastructures import FileStorage

from ckanext.lebak.forms.staging import KEEP_SECONDS, Staging


def _upload() -> FileStorage:
    return FileStorage(io.BytesIO(b"tahun,nilai\n2024,1\n"), filename="data kb.csv")


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    upload = _upload()
    upload.stream.read()
    token = staging.keep(upload, "operator")
    back = staging.take(token, "operator")
    assert back is not None
    assert (back.filename, back.stream.read()) == ("data kb.csv", b"tahun,nilai\n2024,1\n")


def test_a_token_is_of_no_use_to_somebody_else(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    token = staging.keep(_upload(), "operator")
    assert staging.take(token, "orang-lain") is None


def test_a_token_never_becomes_a_path(tmp_path: Path) -> None:
    staging = Staging(tmp_path / "staged")
    (tmp_path / "name").write_text("x")
    (tmp_path / "file").write_text("x")
    for token in ("..", "../..", "a" * 31, "", None, "/etc/passwd"):
        assert staging.take(token, "operator") is None  # type: ignore[arg-type]


def test_dropped_and_old_files_are_gone(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    token = staging.keep(_upload(), "operator")
    staging.drop(token, "operator")
    assert staging.take(token, "operator") is None

    old = staging.keep(_upload(), "operator")
    yesterday = time.time() - KEEP_SECONDS - 1
    for folder in tmp_path.iterdir():
        os.utime(folder, (yesterday, yesterday))
    staging.keep(_upload(), "operator")
    assert staging.take(old, "operator") is None
