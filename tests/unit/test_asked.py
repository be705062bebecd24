"""What a request to an action names, or what it is told where it names nonsense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan.plugins import toolkit as tk

from ckanext.lebak.logic.action import asked


@pytest.mark.parametrize(
    ("given", "told"), [(True, True), ("0", False), ("ya", None), ("true", True), (0, False), ("", None), ([], None)]
)
def test_yes_and_no_are_read_and_nothing_else(given: Any, told: bool | None) -> None:
    if told is None:
        with pytest.raises(tk.ValidationError) as refused:
            asked.flag_of({"listed": given}, "listed")
        assert list(refused.value.error_dict) == ["listed"]
    else:
        assert asked.flag_of({"listed": given}, "listed") is told


def test_an_answer_that_is_not_given_is_the_default_or_asked_for() -> None:
    assert asked.flag_of({}, "done", default=True) is True
    with pytest.raises(tk.ValidationError):
        asked.flag_of({}, "done")


@pytest.mark.parametrize("year", ["2018", "9999", "26", "99999999999", "dua", None, [], {}, "2026\0"])
def test_a_year_is_one_of_those_that_a_list_is_of(year: Any) -> None:
    with pytest.raises(tk.ValidationError):
        asked.year_of({"year": year})


def test_words_come_without_what_nobody_sees() -> None:
    assert asked.text_of({"note": " SIMULASI\x0b catatan\u200b "}, "note") == "SIMULASI catatan"
    assert asked.text_of({"note": None}, "note") == ""


@pytest.mark.parametrize("read", [asked.text_of, asked.id_of, lambda said, key: asked.number_of(said, key, 0)])
@pytest.mark.parametrize("wrong", [["x"], {"x": 1}, "x\0", 1.5])
def test_what_is_no_text_is_refused(read: Callable[..., Any], wrong: Any) -> None:
    with pytest.raises(tk.ValidationError):
        read({"id": wrong}, "id")


@pytest.mark.parametrize(("given", "told"), [("", 7), (None, 7), ("20", 20), (5, 5)])
def test_a_number_is_read(given: Any, told: int) -> None:
    assert asked.number_of({"limit": given}, "limit", 7) == told
