"""Two sites: a catalog of ours that offers, and others with ckanext-harvest that take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from embedded.config import PLUGINS

if TYPE_CHECKING:
    from embedded.site import Site

#: What a receiving site adds: ckanext-harvest with the stock harvesters for CKAN, for DCAT as RDF and for data.json.
HARVESTERS = ("harvest", "ckan_harvester", "dcat_rdf_harvester", "dcat_json_harvester")


@pytest.fixture(scope="session")
def source_site(site_factory: Callable[..., Site]) -> Site:
    """The catalog that is harvested; without its offices, for loading them takes longer than a harvest.

    Two records make a page, so that a harvest has several.
    """
    return site_factory("source", open_gate=True, settings={"ckanext.lebak.feed_page_size": "2"})


@pytest.fixture(scope="session")
def receiver_with_lebak(site_factory: Callable[..., Site]) -> Site:
    """A harvesting site that knows our schema and profile."""
    return site_factory("receiver_lebak", plugins=(*PLUGINS, *HARVESTERS), worker=False, open_gate=True)


@pytest.fixture(scope="session")
def plain_receiver(site_factory: Callable[..., Site]) -> Site:
    """A harvesting site that has never heard of lebak: CKAN, ckanext-dcat and ckanext-harvest only."""
    return site_factory(
        "receiver_plain",
        plugins=("dcat", *HARVESTERS, "activity"),
        settings={"ckanext.dcat.rdf.profiles": "euro_dcat_ap_3", "ckan.locale_default": "en"},
        worker=False,
    )
