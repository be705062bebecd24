"""Whatever is sent to the actions of these rooms, they answer with a sentence and never fail."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.lebak.logic.action import data_list, data_requests, epss, ewalidata, forum, planning
from tests.people_factory import HEAD, KOORDINATOR, WALIDATA, name_of
from tests.release.conftest import scene
from tests.release.door_calls import CALLS
from tests.release.scene import APPROVED, Scene

__all__ = ["scene"]

pytestmark = pytest.mark.gate

ROOMS = (planning, data_list, forum, epss, data_requests, ewalidata)
ACTIONS = sorted(name for room in ROOMS for name in room.__all__)
JUNK: tuple[Any, ...] = (None, "", [], ["x"], {"x": 1}, 5, 1.5, "x\0", "mungkin", "9" * 12)
REFUSALS = (tk.ValidationError, tk.ObjectNotFound, tk.NotAuthorized)


def _called(action: str, role: str, data: dict[str, Any]) -> str:
    """What a call came to: empty where it was answered, the name of what was raised else."""
    user = name_of(role)
    context: Any = {"user": user, "auth_user_obj": model.User.get(user), "ignore_auth": False}
    try:
        tk.get_action(action)(context, data)
    except Exception as error:  # noqa: BLE001 - a failure is what is looked for
        return type(error).__name__ if isinstance(error, REFUSALS) else f"failed: {error!r}"
    return ""


@pytest.mark.parametrize("action", ACTIONS)
def test_nonsense_is_refused_with_a_sentence(scene: Scene, action: str) -> None:
    def asked() -> dict[str, Any]:
        return CALLS[action](scene, scene.records[APPROVED])

    keys = {*asked(), *re.findall(r":param (\w+):", tk.get_action(action).__doc__ or "")}
    failures = []
    with scene.tried():
        role = next(each for each in (KOORDINATOR, WALIDATA, HEAD) if _called(action, each, asked()) != "NotAuthorized")
    for key in sorted(keys):
        for junk in JUNK:
            with scene.tried():
                came = _called(action, role, {**asked(), key: junk})
            if came.startswith("failed"):
                failures.append(f"{key}={junk!r}: {came[:200]}")
    assert not failures, "\n".join(failures)
