"""Why something that concerns people is refused, as a sentence for who asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Marks a sentence for the translation catalogue; it is translated when it is shown."""
    return message


class Refused(Exception):
    """What a rule on people does not allow.

    Args:
        field: What of the request it concerns, as a form or a column of a spreadsheet calls it.
        message: A sentence marked by ``N_``, with ``{name}`` for what varies.
        **values: What stands for the names.
    """

    def __init__(self, field: str, message: str, **values: Any) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.values = {name: str(value) for name, value in values.items()}

    def __str__(self) -> str:
        """The sentence in English."""
        return self.sentence(str)

    def sentence(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of ``translate``."""
        return translate(self.message).format(**self.values)

    def as_validation_error(self) -> tk.ValidationError:
        """What an action raises for it, in the language of the request."""
        return tk.ValidationError({self.field: [self.sentence(tk._)]})
