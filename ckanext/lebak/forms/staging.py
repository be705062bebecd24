"""An uploaded file outlives a mistake in its form.

A browser cannot fill a file input again, so when saving a resource fails the file is put aside and the form carries a
token for it. The file belongs to the user who sent it and is forgotten after a day.
"""

from __future__ import annotations

import hashlib
import shutil
import time
import uuid
from pathlib import Path

from werkzeug.datastructures import FileStorage

KEEP_SECONDS = 24 * 3600
TOKEN_FIELD = "lebak_staged"  # noqa: S105 - the name of a form field
NAME_FIELD = "lebak_staged_name"
KEPT_FIELD = "lebak_kept"
"""The address of the file that is stored already: CKAN's form of a draft forgets it at a mistake."""


class Staging:
    """Files put aside under one folder, each in a folder of its own.

    :param root: where files of failed forms wait; made when first needed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, upload: FileStorage, user: str) -> str:
        """Puts a file aside and returns its token. Also forgets files older than a day."""
        self._forget_old()
        token = uuid.uuid4().hex
        folder = self._folder(token, user)
        folder.mkdir(parents=True, mode=0o700)
        upload.stream.seek(0)
        with (folder / "file").open("wb") as out:
            shutil.copyfileobj(upload.stream, out)
        (folder / "name").write_text(upload.filename or "", encoding="utf-8")
        return token

    def take(self, token: str, user: str) -> FileStorage | None:
        """The file kept under ``token`` for ``user``, or None. It stays until it is forgotten, for a second mistake."""
        if not _is_token(token):
            return None
        folder = self._folder(token, user)
        try:
            name = (folder / "name").read_text(encoding="utf-8")
            stream = (folder / "file").open("rb")
        except FileNotFoundError:
            return None
        return FileStorage(stream=stream, filename=name, name="upload")

    def drop(self, token: str, user: str) -> None:
        """Forgets a file: its form was saved."""
        if _is_token(token):
            shutil.rmtree(self._folder(token, user), ignore_errors=True)

    def _folder(self, token: str, user: str) -> Path:
        # The user is part of the path, so that a token is of no use to somebody else.
        return self.root / hashlib.sha256(f"{user}:{token}".encode()).hexdigest()

    def _forget_old(self) -> None:
        if not self.root.is_dir():
            return
        oldest = time.time() - KEEP_SECONDS
        for folder in self.root.iterdir():
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def _is_token(token: object) -> bool:
    return isinstance(token, str) and len(token) == 32 and all(c in "0123456789abcdef" for c in token)
