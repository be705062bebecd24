"""CKAN with the gate of releases open: for benches, and for tests of what machines read.

They write hundreds of public records as one account, which no office and no walidata could approve one by one. This
stands beside the extension and not in it: an installed site has no way to open its gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

BY = "embedded"
REASON = "Simulasi untuk pengujian"


@contextmanager
def open_gate() -> Iterator[None]:
    """Opens the gate inside; all that is written is noted as overridden."""
    from ckanext.lebak.release.gate import opened

    with opened(BY, reason=REASON, override=True):
        yield
