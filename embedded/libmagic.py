"""Makes libmagic findable: CKAN imports `magic`, which needs that C library.

A system that has it keeps its own; elsewhere ``pylibmagic`` brings one, which only counts when it is imported first.
Every way into CKAN that this package offers imports this module before CKAN (pytest: ``-p embedded.libmagic``).
"""

from __future__ import annotations

import ctypes.util

if ctypes.util.find_library("magic") is None:
    import pylibmagic  # noqa: F401
