"""``python -m embedded.bench.inside INI rebuild|refresh``: publishes inside CKAN, tells seconds and records as JSON.

A process of its own, so that what starting CKAN takes is not measured, and what publishing takes is measured alone.
"""

from __future__ import annotations

import json
import sys
import time

from embedded import libmagic  # noqa: F401

# isort: split

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.cli import load_config
from ckan.config.middleware import make_app

from ckanext.lebak.feed import publishing


def main(ini: str, what: str) -> None:
    """Publishes everything on both cores; or what was changed, in this process, but for the first record of it."""
    make_app(load_config(ini))
    engine = sa.create_engine(tk.config["sqlalchemy.url"])
    if what == "refresh":
        publishing.refresh(engine, limit=1, wait=True)  # what a process does once, at its first record
    began = time.perf_counter()
    done = publishing.rebuild(engine) if what == "rebuild" else publishing.refresh(engine, wait=True)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "published": done.published if done else 0}))


if __name__ == "__main__":
    main(*sys.argv[1:])
