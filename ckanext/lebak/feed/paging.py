"""Where a page stands among the others, as links and in Hydra's words, both the new ones and those of old harvesters.

https://www.hydra-cg.com/spec/latest/core/#collections; ckanext-dcat's parser follows ``hydra:next`` and, of a
``hydra:PagedCollection``, ``hydra:nextPage``, which ckanext-dcat itself writes as texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ckanext.lebak.feed.request import FeedRequest
from ckanext.lebak.profiles.terms import HYDRA, Iri, Triples, Value, integer, type_


@dataclass(frozen=True)
class Paging:
    """The page that was asked for.

    All links carry the snapshot, so that a crawl is complete and consistent whatever changes meanwhile. The one to the
    next page also carries where it goes on: nothing has to be counted off to find it.

    Attributes:
        request: The request.
        path: The path of the pages.
        number: Number of this page, from 1 up.
        size: How many records a page has.
        total: How many records all pages have.
        after: What this page was asked to go on after, ``''`` if it was asked for by number only.
        kept: The parameters that choose and write the records, to be kept in all links.
    """

    request: FeedRequest
    path: str
    number: int
    size: int
    total: int
    after: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(1, -(-self.total // self.size))

    @property
    def has_next(self) -> bool:
        """Whether, by its number, a page follows."""
        return self.number * self.size < self.total

    @property
    def current(self) -> str:
        """The address of this page."""
        return self.to(self.number, self.after)

    def to(self, number: int, after: object = "") -> str:
        """The address of a page.

        Args:
            number: Its number.
            after: What it goes on after.
        """
        return self.request.url(
            self.path, page=number, page_size=self.size, **self.kept, snapshot=self.request.snapshot.seq, after=after
        )

    def links(self, following: str | None) -> dict[str, str]:
        """The other pages by their relation.

        Args:
            following: The address of the next page, None after the last one.
        """
        found = {"first": self.to(1), "last": self.to(self.last)}
        if self.number > 1:
            found["previous"] = self.to(min(self.number - 1, self.last))
        if following:
            found["next"] = following
        return found

    def triples(self, catalog: Iri, following: str | None) -> Triples:
        """The page in Hydra's words.

        Args:
            catalog: IRI of the catalogue, the collection.
            following: The address of the next page, None after the last one.

        Yields:
            The triples.
        """
        view = Iri(self.current)
        yield catalog, type_, HYDRA.Collection
        yield catalog, HYDRA.totalItems, integer(self.total)
        yield catalog, HYDRA.view, view
        yield view, type_, HYDRA.PartialCollectionView
        yield view, type_, HYDRA.PagedCollection
        yield view, HYDRA.totalItems, integer(self.total)
        yield view, HYDRA.itemsPerPage, integer(self.size)
        for relation, address in self.links(following).items():
            yield view, HYDRA[relation], Iri(address)
            yield view, HYDRA[f"{relation}Page"], Value(address)


def link_header(links: dict[str, str]) -> str:
    """The links as a header (RFC 8288).

    Args:
        links: Address by relation.
    """
    return ", ".join(f'<{address}>; rel="{_RELATIONS.get(name, name)}"' for name, address in links.items())


_RELATIONS = {"previous": "prev"}
