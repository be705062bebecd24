"""The NIP, the number of a civil servant, in a text: it is not kept, for it tells when somebody was born. Pure."""

from __future__ import annotations

import re

_NIP = re.compile(
    r"""(?<![0-9])
    (?:19[3-9]|20[01])[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])  # born
    [ ./-]{0,3}
    (?:19[5-9]|20[0-9])[0-9](?:0[1-9]|1[0-2]|2[0-9])  # taken on: the month; for who has a contract, which kind
    [ ./-]{0,3}
    [12]  # man or woman
    [ ./-]{0,3}
    [0-9]{3}(?![0-9])  # which of them
    """,
    re.VERBOSE,
)
"""18 digits in up to four groups, each of which is what its place says: other long numbers, and lists of years or days,
are not taken for one."""
_ANY = re.compile(r"(?<![0-9])(?:[0-9][ .-]?){17}[0-9](?![0-9])")


def names_nip(text: str) -> bool:
    """Whether a text of any kind holds a NIP."""
    return _NIP.search(text) is not None


def looks_like_nip(text: str) -> bool:
    """Whether a text about a person holds 18 digits: there no other such number belongs, however they stand."""
    return _ANY.search(text) is not None or names_nip(text)
