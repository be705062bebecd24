"""The profile ``sdi`` that ckanext-dcat loads: its DCAT-AP 3, with the national keys of Satu Data Indonesia."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.profiles import EuropeanDCATAP3Profile
from ckanext.dcat.utils import catalog_uri
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF

from ckanext.lebak import config
from ckanext.lebak.profiles import agents, catalog, dataset, fields
from ckanext.lebak.profiles.site import Agent, Site
from ckanext.lebak.profiles.terms import DCAT, DCT, PREFIXES, SDI, Iri, Shared, Triple, Value, plain, record_written
from ckanext.lebak.vocabulary import vocabulary

# Extras, by the head of their keys, in which ckanext-dcat's parser says again what our fields say.
_REPEATED = (
    "access_rights",
    "alternate_identifier",
    "conforms_to",
    "contact_",
    "creator_",
    "frequency",
    "homepage",
    "language",
    "spatial",
    "temporal_",
    "theme",
)

# Lists of dicts that it puts at the root of a record whether the schema has them or not.
_UNASKED = ("contact", "creator", "provenance_activity", "publisher", "qualified_attribution", "qualified_relation")


_TYPE = RDF.type


class SDIProfile(EuropeanDCATAP3Profile):
    """DCAT-AP 3 for Satu Data Indonesia.

    Parsing adds to what ckanext-dcat's profile reads. Writing takes its place: literals where DCAT-AP wants IRIs, blank
    nodes with random names and a search of the whole page for each record (``byteSize``) cannot be mended afterwards.
    """

    def __init__(self, graph: Graph, dataset_type: str = "dataset", compatibility_mode: bool = False) -> None:
        """Notes what is given.

        Args:
            graph: The graph to write to or to read from.
            dataset_type: Type of the records that parsing makes.
            compatibility_mode: As in ckanext-dcat.
        """
        # Not super().__init__: it asks an action for the schema, once a record, and only parsing needs it.
        self.g = graph
        self.compatibility_mode = compatibility_mode
        self._dataset_type = dataset_type
        self._default_lang = tk.config.get("ckan.locale_default", "en")
        self._default_locale_lang = None

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        """Adds a record to the graph.

        Args:
            dataset_dict: The dataset as ``package_show`` gives it.
            dataset_ref: Its IRI.
        """
        record_written.set(plain(dataset_dict.get("name")) or str(dataset_ref))
        shared = Shared()
        self._forget(dataset_ref)
        self._add(dataset.write(dataset_dict, Iri(dataset_ref), current_site(), shared), shared)

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: URIRef) -> None:
        """Adds the catalogue to the graph.

        Args:
            catalog_dict: ``title``, ``description``, ``issued``, ``modified``, where the caller knows better than the
                configuration and the search index.
            catalog_ref: Its IRI.
        """
        told = catalog_dict or {}
        shared = Shared()
        issued = told.get("issued") or self._first("metadata_created asc", "metadata_created")
        modified = told.get("modified") or self._first("metadata_modified desc", "metadata_modified")
        site = current_site(plain(told.get("title")), plain(told.get("description")))
        self._forget(catalog_ref)
        self._add(catalog.write(Iri(catalog_ref), site, issued, modified, shared), shared)

    def parse_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> dict[str, Any]:
        """Reads a record from the graph.

        Args:
            dataset_dict: Where to put it.
            dataset_ref: Its IRI.

        Returns:
            The same dict: our fields at its root as the schema stores them; in extras what ckanext-dcat's profile reads
            besides.
        """
        if self._dataset_schema is None:
            super().__init__(self.g, self._dataset_type, self.compatibility_mode)
        super().parse_dataset(dataset_dict, dataset_ref)
        record = dataset.read(self.g, dataset_ref)
        for key in (*fields.ALL, *_UNASKED, "license_id", "url"):
            dataset_dict.pop(key, None)
        if any(key in record for key in fields.ALL):
            dataset_dict["extras"] = [
                extra
                for extra in dataset_dict.get("extras", [])
                if not extra["key"].startswith(_REPEATED) and extra["key"] not in fields.ALL
            ]
        dataset_dict.update(record, type=self._dataset_type)
        return dataset_dict

    def _forget(self, ref: URIRef) -> None:
        """Takes back what a profile before this one said about a record or the catalogue (``euro_dcat_ap_3 sdi``)."""
        if (ref, _TYPE, None) not in self.g:
            return
        parts = [*self.g.objects(ref, URIRef(DCAT.distribution)), *self.g.objects(ref, URIRef(DCT.publisher))]
        own = [node for node in self.g.objects(ref) if isinstance(node, BNode)]
        own += [node for file in parts for node in self.g.objects(file) if isinstance(node, BNode)]
        for node in {ref, *parts, *own}:
            self.g.remove((node, None, None))

    def _add(self, triples: Iterable[Triple], shared: Shared) -> None:
        graph = self.g
        context = getattr(graph, "default_context", graph)
        if graph.store.prefix(URIRef(SDI.base)) is None:
            for prefix, namespace in PREFIXES.items():
                graph.bind(prefix, namespace.base)
        iris = _Iris()
        own = list(triples)
        told = [triple for ref, said in shared.items() if (iris[ref], _TYPE, None) not in graph for triple in said]
        # Past the graph to its store: the graph checks every term again, which takes as long as the adding.
        graph.store.addN((iris[s], iris[p], _node(o, iris), context) for s, p, o in (*own, *told))

    @staticmethod
    def _first(order: str, field: str) -> str:
        """A field of the first public record in an order, ``''`` if there is none."""
        found = tk.get_action("package_search")({"user": ""}, {"sort": order, "rows": 1})
        return next((plain(record.get(field)) for record in found["results"]), "")


class _Iris(dict[str, URIRef]):
    """rdflib's nodes for our IRIs, each made once a record."""

    def __missing__(self, iri: str) -> URIRef:
        """Makes the node."""
        self[iri] = node = URIRef(iri)
        return node


def _node(term: Iri | Value, iris: _Iris) -> URIRef | Literal:
    if isinstance(term, Value):
        # Not normalised: rdflib would write numbers and dates anew.
        return Literal(term.text, term.lang or None, iris[term.datatype] if term.datatype else None, normalize=False)
    return iris[term]


def current_site(title: str = "", description: str = "") -> Site:
    """The site as the configuration says it is.

    Args:
        title: Name of the site, if not the configured one.
        description: What it is, if not the configured one.

    Returns:
        The site.
    """
    catalog_ref = catalog_uri()
    base = catalog_ref.rstrip("/")
    root = (tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "").rstrip("/")
    area = vocabulary("area").get(config.area())
    name = title or tk.config.get("ckan.site_title") or ""
    told = description or tk.config.get("ckan.site_description") or ""
    return Site(
        catalog=Iri(catalog_ref),
        base=base,
        pages=(tk.config.get("ckan.site_url") or base).rstrip("/") + root,
        title=name,
        description=told or f"Katalog data {area.id if area else name} menurut Satu Data Indonesia.",
        area=config.area(),
        licence=config.catalog_license(),
        custodian=Agent(
            Iri(f"{base}/organization/{config.custodian()}"),
            plain(config.custodian_name()),
            agents.agent_type("daerah-kabupaten"),
            email=config.custodian_email(),
        ),
        supervisor=Agent(
            Iri(f"{base}/organization/{config.supervisor()}"),
            plain(config.supervisor_name()),
            agents.agent_type("pusat"),
        ),
    )
