"""CKAN's lists of tags, which name the tags of hidden records too: here those of public ones alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Action, Context, DataDict

from ckanext.lebak.release.visibility import public_packages

__all__ = ["tag_autocomplete", "tag_list", "tag_search", "tag_show"]


@tk.chained_action
@tk.side_effect_free
def tag_list(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``tag_list``, of public records."""
    found = up(context, data_dict)
    return found if data_dict.get("vocabulary_id") else _kept(found)


@tk.chained_action
@tk.side_effect_free
def tag_search(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``tag_search``, of public records."""
    found = up(context, data_dict)
    if data_dict.get("vocabulary_id"):
        return found
    kept = _kept(found["results"])
    return {**found, "count": found["count"] - len(found["results"]) + len(kept), "results": kept}


@tk.chained_action
@tk.side_effect_free
def tag_autocomplete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``tag_autocomplete``, of public records."""
    found = up(context, data_dict)
    return found if data_dict.get("vocabulary_id") else _kept(found)


@tk.chained_action
@tk.side_effect_free
def tag_show(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``tag_show``, of a tag that a public record has."""
    found = up(context, data_dict)
    if not found.get("vocabulary_id") and not _public([found["name"]]):
        raise tk.ObjectNotFound(tk._("Tag not found"))
    return found


def _kept(tags: list[Any]) -> list[Any]:
    names = {tag if isinstance(tag, str) else tag["name"] for tag in tags}
    public = _public(names)
    return [tag for tag in tags if (tag if isinstance(tag, str) else tag["name"]) in public]


def _public(names: Iterable[str]) -> set[str]:
    """Those of some free tags that a public record has."""
    tag, link = model.Tag, model.PackageTag
    query = (
        sa.select(tag.name)
        .join(link, link.tag_id == tag.id)
        .join(model.Package, model.Package.id == link.package_id)
        .where(
            tag.name.in_(list(names)),
            tag.vocabulary_id.is_(None),
            link.state == model.State.ACTIVE,
            public_packages(),
        )
    )
    return set(model.Session.scalars(query.distinct()))
