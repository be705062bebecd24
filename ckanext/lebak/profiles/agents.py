"""Offices, the contact, and who answers for what in Satu Data (Perpres 39/2019 articles 19 to 24)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.lebak.profiles import concepts
from ckanext.lebak.profiles.site import Agent, Site
from ckanext.lebak.profiles.terms import (
    DCAT,
    DCT,
    FOAF,
    PROV,
    VCARD,
    Iri,
    Shared,
    Triples,
    Value,
    iri,
    mailto,
    part,
    plain,
    rows,
    type_,
)
from ckanext.lebak.vocabulary import vocabulary

_COUNTY = "daerah-kabupaten"

# Whom readers ask: the custodian as the record names it, else the producer.
_CONTACTS = (("maintainer", "maintainer_email"), ("author", "author_email"))


def extras(record: Mapping[str, Any]) -> dict[str, str]:
    """The extras of a record by key."""
    return {plain(item.get("key")): plain(item.get("value")) for item in rows(record.get("extras"))}


def agent_type(code: str) -> str:
    """The ADMS publisher type for a kind of agency (``publisher_type``); a county's office if it is not known."""
    terms = vocabulary("publisher_type")
    return (terms.get(code) or terms[_COUNTY]).more["adms"]


def first_publisher(record: dict[str, Any]) -> Agent | None:
    """The office that a harvested record says it comes from; None for a record of this site."""
    told = extras(record)
    ref, name = iri(told.get("publisher_uri")), told.get("publisher_name")
    if ref is None or not name:
        return None
    kind = agent_type(plain(record.get("publisher_type")))
    return Agent(ref, name, kind, told.get("publisher_url", ""), told.get("publisher_email", ""))


def producer(record: dict[str, Any], site: Site) -> Agent:
    """The office that produced the data.

    Args:
        record: The dataset as ``package_show`` gives it.
        site: The site.

    Returns:
        The first publisher of a harvested record, else the organization that owns the record, else the custodian.
    """
    if (agent := first_publisher(record)) is not None:
        return agent
    kind = agent_type(plain(record.get("publisher_type")))
    return office(record.get("organization"), site, kind) or site.custodian


def office(told: Any, site: Site, kind: str = "") -> Agent | None:
    """An office of this site.

    Args:
        told: Its ``name`` and ``title``, and ``situs`` and ``email`` where they are known.
        site: The site; its custodian and supervisor are known by more than their name.
        kind: Kind of agency (ADMS), a county's office if it is not known.

    Returns:
        The office; None if nothing is told of one.
    """
    if not isinstance(told, dict) or not (name := plain(told.get("name"))):
        return None
    ref = site.office(name)
    known = {site.custodian.ref: site.custodian, site.supervisor.ref: site.supervisor}.get(ref)
    title, homepage, email = (plain(told.get(key)) for key in ("title", "situs", "email"))
    return known or Agent(ref, title or name, kind or agent_type(_COUNTY), homepage, email)


def use(agent: Agent, shared: Shared) -> Iri:
    """Notes an office among the shared nodes.

    Args:
        agent: The office.
        shared: Where nodes are noted.

    Returns:
        Its IRI.
    """
    if agent.ref not in shared:
        shared[agent.ref] = tuple(_describe(agent, shared))
    return agent.ref


def _describe(agent: Agent, shared: Shared) -> Triples:
    yield agent.ref, type_, FOAF.Agent
    yield agent.ref, FOAF.name, Value(agent.name)
    if agent.type:
        yield agent.ref, DCT.type, shared.use(concepts.concept(agent.type))
    if (homepage := iri(agent.homepage)) is not None:
        yield agent.ref, FOAF.homepage, homepage
        yield homepage, type_, FOAF.Document
    if (mail := mailto(agent.email)) is not None:
        yield agent.ref, FOAF.mbox, mail


def write(record: dict[str, Any], ref: Iri, site: Site, shared: Shared) -> Triples:
    """Creator, publisher, and the roles of Satu Data.

    Args:
        record: The dataset as ``package_show`` gives it.
        ref: Its IRI.
        site: The site. Its custodian and supervisor answer for the site's own records that name a custodian: not for
            harvested ones, and not for quotations, which are nobody's release.
        shared: Where the offices are noted.

    Yields:
        The triples.
    """
    office = producer(record, site)
    yield ref, DCT.creator, use(office, shared)
    yield ref, DCT.publisher, office.ref
    roles = {"produsen": office}
    if first_publisher(record) is None and plain(record.get("maintainer")).strip():
        roles.update(walidata=site.custodian, pembina=site.supervisor)
    for role, agent in roles.items():
        attribution = part(ref, role)
        yield ref, PROV.qualifiedAttribution, attribution
        yield attribution, type_, PROV.Attribution
        yield attribution, PROV.agent, use(agent, shared)
        yield attribution, DCAT.hadRole, shared.use(concepts.role(role))


def contact(ref: Iri) -> Iri:
    """The IRI of the contact of a record, from that of the record."""
    return part(ref, "kontak")


def asked(record: dict[str, Any], site: Site) -> tuple[str, Iri | None]:
    """Whom readers ask about a record: name and e-mail, an office or unit and never a person.

    Args:
        record: The dataset as ``package_show`` gives it.
        site: The site. Its custodian is asked about a record that names nobody.

    Returns:
        Name, ``''`` if only the e-mail is known, and the e-mail, None if only the name is.
    """
    named = ((plain(record.get(name)), mailto(record.get(mail))) for name, mail in _CONTACTS)
    own = next(((name, mail) for name, mail in named if name.strip() or mail is not None), None)
    return own or (site.custodian.name, mailto(site.custodian.email))


def write_contact(record: dict[str, Any], ref: Iri, site: Site) -> Triples:
    """Whom to ask: one contact.

    One, because ckanext-dcat's parser takes the first that it meets, which need not be the same each time.

    Args:
        record: The dataset as ``package_show`` gives it.
        ref: Its IRI.
        site: The site.

    Yields:
        The triples.
    """
    name, mail = asked(record, site)
    yield ref, DCAT.contactPoint, contact(ref)
    yield contact(ref), type_, VCARD.Kind
    yield contact(ref), type_, VCARD.Organization
    if name.strip():
        yield contact(ref), VCARD.fn, Value(name, "id")
    if mail is not None:
        yield contact(ref), VCARD.hasEmail, mail
