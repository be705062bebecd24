"""The web application with the gate open: ``embedded.opened.wsgi:application``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from embedded.opened import open_gate
from embedded.wsgi import application as shut

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers a request as CKAN does, with the gate open while it works."""
    with open_gate():
        return shut(environ, start_response)
