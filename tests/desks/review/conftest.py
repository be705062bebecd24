"""The county of the tests of releases, and its people in front of a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.plugins import toolkit as tk

from tests.release.conftest import county, draft, released

__all__ = ["county", "draft", "released"]


@pytest.fixture
def browser(app: Any) -> Callable[..., Any]:
    """Asks for a page in English as a person; with ``data``, posts a form. The answer has the page as ``.soup``."""
    tokens: dict[str, str] = {}

    def ask(person: str, address: str, data: dict[str, Any] | None = None, status: int = 200) -> Any:
        if person and person not in tokens:
            made = tk.get_action("api_token_create")(
                {"ignore_auth": True, "user": person}, {"user": person, "name": "simulasi"}
            )
            tokens[person] = made["token"]
        headers = {"Authorization": tokens[person]} if person else {}
        call = app.get if data is None else app.post
        more = {} if data is None else {"data": data}
        answer = call(f"/en{address}", headers=headers, follow_redirects=False, **more)
        assert answer.status_code == status, answer.body
        answer.soup = BeautifulSoup(answer.body, "html.parser")
        return answer

    return ask
