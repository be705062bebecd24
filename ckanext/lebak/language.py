"""The language of who reads: that of the request, else Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Flask, has_request_context

FLASK: list[Flask] = []
"""CKAN's Flask application, once it is made."""


def spoken() -> str:
    """``id`` or ``en``."""
    return "en" if has_request_context() and str(tk.h.lang() or "").startswith("en") else "id"


def say(text: Mapping[str, str]) -> str:
    """A text that the schemas have in both languages: ``{"id": ..., "en": ...}``."""
    return text.get(spoken()) or text.get("id") or ""


def as_in_a_request() -> AbstractContextManager[Any]:
    """For work in the background: sentences need the language of the site, which CKAN finds in a request only."""
    return nullcontext() if has_request_context() or not FLASK else FLASK[-1].test_request_context()
