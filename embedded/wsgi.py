"""The web application for a WSGI server: ``embedded.wsgi:application``, configured by the file in ``CKAN_INI``."""

from __future__ import annotations

import os

from embedded import libmagic  # noqa: F401

# isort: split

from ckan.cli import load_config
from ckan.config.middleware import make_app

application = make_app(load_config(os.environ["CKAN_INI"]))
