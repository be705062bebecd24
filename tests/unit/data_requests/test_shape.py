"""What the labels of a table may be."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.plugins import toolkit as tk

from ckanext.lebak.data_requests import shape


def test_labels_are_lines_or_a_list_without_what_nobody_sees() -> None:
    assert shape.labels("Bayah\r\n Cibeber\x0b Hilir \n\n\u200b\n") == ["Bayah", "Cibeber Hilir"]
    assert shape.labels(["Bayah\x1f", "", 2026]) == ["Bayah", "2026"]


@pytest.mark.parametrize("wrong", [5, {"a": "b"}, [["a"]], [{"a": "b"}], "Bayah\0"])
def test_what_is_no_list_of_texts_is_refused(wrong: Any) -> None:
    with pytest.raises(tk.Invalid):
        shape.labels(wrong)
