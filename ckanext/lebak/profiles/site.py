"""What a record does not say itself: where the site is, who answers for the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from ckanext.lebak.profiles.terms import Iri


@dataclass(frozen=True)
class Agent:
    """An office.

    Attributes:
        ref: Its IRI.
        name: Its name.
        type: Kind of agency, an address of ADMS's publisher types; ``''`` if unknown.
        homepage: Its web site, ``''`` for none.
        email: The office's e-mail, ``''`` for none.
    """

    ref: Iri
    name: str
    type: str = ""
    homepage: str = ""
    email: str = ""


@dataclass(frozen=True)
class Site:
    """The site whose records are written.

    Attributes:
        catalog: IRI of the catalogue.
        base: Head of the IRIs that the site gives, without a slash at the end.
        pages: Head of the addresses of its pages, without a slash at the end. Often the same.
        title: Its name.
        description: What it is, for readers of the feed.
        area: Kemendagri code of the area it is for.
        licence: Code of the licence of the catalogue itself.
        custodian: The walidata: publishes the catalogue.
        supervisor: The pembina data.
    """

    catalog: Iri
    base: str
    pages: str
    title: str
    description: str
    area: str
    licence: str
    custodian: Agent
    supervisor: Agent

    def office(self, name: str) -> Iri:
        """The IRI of an organization, from its name in addresses.

        By name and not by id: the configuration knows custodian and supervisor by name, and one office must have one
        IRI. A renamed office keeps its old address.
        """
        return Iri(f"{self.base}/organization/{quote(name, safe='')}")

    def place(self, code: str) -> Iri:
        """The IRI of an area, from its Kemendagri code."""
        return Iri(f"{self.base}/wilayah/{code}")

    def page(self, name: str) -> str:
        """The address of a record's page."""
        return f"{self.pages}/dataset/{name}"

    def action(self, name: str) -> str:
        """The address of an action of CKAN's API."""
        return f"{self.pages}/api/3/action/{name}"
