"""The web application for a WSGI server: ``embedded.wsgi:application``, configured by the file in ``CKAN_INI``."""

from __future__ import annotations

import os

from embedded import libmagic  # noqa: F401

# isort: split

from ckan import authz, logic
from ckan.cli import load_config
from ckan.config.middleware import make_app

application = make_app(load_config(os.environ["CKAN_INI"]))

# CKAN makes these lists at their first use: of two threads that ask at once, one may find them half made.
logic.get_action("status_show")
authz.auth_functions_list()
