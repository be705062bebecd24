"""How much the slow tests try."""

from __future__ import annotations

import os

WHOLE = bool(os.environ.get("CI"))
"""Whether everything is tried, as ``.ci/run`` does, or what keeps ``make test`` short: where most may go wrong."""
