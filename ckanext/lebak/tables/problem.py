"""Why a table cannot be loaded, as a sentence for the person who uploaded it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Marks a sentence for the translation catalogue; it is translated when it is shown."""
    return message


class TableError(Exception):
    """A file that is not the table it is described as.

    Args:
        message: A sentence marked by ``N_``, with ``{name}`` for what varies.
        **values: What stands for the names. ``reason`` is a sentence of its own, which may name the others.
    """

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = {name: str(value) for name, value in values.items()}

    def __str__(self) -> str:
        """The sentence in English."""
        return self.sentence(str)

    def sentence(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of ``translate``."""
        values = dict(self.values)
        if "reason" in values:
            values["reason"] = translate(values["reason"]).format(**self.values)
        return translate(self.message).format(**values)
