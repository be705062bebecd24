"""What a browser posts of a form that nobody has touched, read from its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag

DATASET_FORM = "dataset-edit"
RESOURCE_FORM = "resource-edit"


@dataclass
class Form:
    """A form of a page.

    Attributes:
        action: Where it is sent; empty for the address of its page.
        values: Its fields, several values as a list. Buttons and files are not among them.
    """

    action: str
    values: dict[str, Any] = field(default_factory=dict)


def form_of(page: str, form_id: str) -> Form:
    """Reads the form with an id from a page."""
    form = BeautifulSoup(page, "lxml").find("form", id=form_id)
    assert isinstance(form, Tag), f"no form {form_id}"
    found = Form(str(form.get("action") or ""))
    for tag in form.find_all(["input", "select", "textarea"]):
        if not tag.get("name") or tag.find_parent("template"):
            continue
        for value in _values(tag):
            name = str(tag["name"])
            before = found.values.get(name, [])
            values = [*([before] if isinstance(before, str) else before), value]
            found.values[name] = values if len(values) > 1 else value
    return found


def _values(tag: Tag) -> list[str]:
    if tag.name == "select":
        options = tag.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not tag.has_attr("multiple"):
            chosen = options[:1]
        return [str(option.get("value", option.text)) for option in chosen]
    if tag.name == "textarea":
        return [tag.text.removeprefix("\n").replace("\n", "\r\n")]
    kind = tag.get("type", "text")
    if kind in ("submit", "button", "file") or (kind in ("radio", "checkbox") and not tag.has_attr("checked")):
        return []
    return [str(tag.get("value", ""))]
