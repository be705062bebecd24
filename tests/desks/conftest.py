"""The county's people at their desks: pages as somebody sees them who is signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp

from tests.release.conftest import act, county, draft, released, submit
from tests.sdi_factory import complete_dataset

__all__ = ["Browser", "browser", "county", "draft", "linked", "released"]


class Browser:
    """Pages of the catalog, by the name of who looks at them; an empty name is a visitor."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._tokens: dict[str, str] = {}

    def _headers(self, user: str) -> dict[str, str]:
        if user and user not in self._tokens:
            self._tokens[user] = factories.APIToken(user=user)["token"]
        return {"Authorization": self._tokens[user]} if user else {}

    def get(self, address: str, user: str = "", *, status: int = 200) -> Any:
        """A page; the status must be that one."""
        answer = self.app.get(address, headers=self._headers(user), follow_redirects=False)
        assert answer.status_code == status, answer.body[:2000]
        return BeautifulSoup(answer.body, "html.parser")

    def redirect(self, address: str, user: str = "", data: Mapping[str, Any] | None = None) -> str:
        """Where an address, or a form that is sent there, leads on to."""
        call = self.app.get if data is None else self.app.post
        more = {} if data is None else {"data": data}
        answer = call(address, headers=self._headers(user), follow_redirects=False, **more)
        assert answer.status_code == 302, answer.body[:2000]
        return answer.headers["Location"].removeprefix("http://test.ckan.net")

    def send(self, address: str, user: str = "", *, status: int = 200, **data: Any) -> Any:
        """The page that a form gives when it is sent and does not lead on."""
        answer = self.app.post(address, headers=self._headers(user), data=data, follow_redirects=False)
        assert answer.status_code == status, answer.body[:2000]
        return BeautifulSoup(answer.body, "html.parser")

    def raw(self, address: str, user: str = "", *, status: int = 200) -> Any:
        """The answer itself."""
        answer = self.app.get(address, headers=self._headers(user), follow_redirects=False)
        assert answer.status_code == status
        return answer


@pytest.fixture
def browser(app: CKANTestApp) -> Browser:
    """Pages of the catalog, by name."""
    return Browser(app)


@pytest.fixture
def linked(county: SimpleNamespace) -> Callable[..., dict[str, Any]]:
    """Makes a released dataset whose table is a link."""

    def make(**fields: Any) -> dict[str, Any]:
        values = complete_dataset(owner_org=county.office["id"], prioritas_tahun=None, **fields)
        made = act("package_create", county.operator, **values)
        submit(county, made["id"])
        act("lebak_release_approve", county.walidata, id=made["id"])
        return act("package_show", "", id=made["id"])

    return make
