"""The metadata quality score of data.europa.eu (MQA) for one dataset of a feed: 23 indicators, 405 points.

Source: https://data.europa.eu/mqa/methodology and https://github.com/mjanez/ckan-mqa. Where a dataset has several files
an indicator of files counts by the share of them that meets it, as the assessment counts a catalogue. Which formats are
open and machine-readable stands in the list of file types, which quotes the assessment's own lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ckanext.dcat.profiles.base import DCAT, DCT
from rdflib import Graph, URIRef

from ckanext.lebak.vocabulary import vocabulary

MOST = 405
EXCELLENT = 351

_IANA = "http://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Score:
    """The points of one dataset.

    Attributes:
        points: Points by indicator.
        missed: Points that were not reached, by indicator.
    """

    points: dict[str, float]
    missed: dict[str, float]

    @property
    def total(self) -> float:
        """All points together."""
        return sum(self.points.values())

    def __str__(self) -> str:
        """The total, and what is missing for the rest."""
        missing = "; ".join(f"{name} -{points:g}" for name, points in self.missed.items())
        return f"{self.total:g}/{MOST}" + (f" ({missing})" if missing else "")


def score(graph: Graph, dataset: URIRef, status: Callable[[str], int], *, conforms: bool) -> Score:
    """Scores a dataset.

    Args:
        graph: The parsed feed.
        dataset: IRI of the dataset.
        status: The HTTP status that an address answers with.
        conforms: Whether the official shapes of DCAT-AP found no violation.

    Returns:
        The score.
    """
    files = list(graph.objects(dataset, DCAT.distribution))
    types, licences, access = (vocabulary(name) for name in ("file_type", "license", "access"))

    def has(predicate: URIRef) -> float:
        return float(any(graph.objects(dataset, predicate)))

    def share(test: Callable[[URIRef], bool]) -> float:
        return sum(map(test, files)) / len(files) if files else 0.0  # type: ignore[arg-type]

    def each(predicate: URIRef, test: Callable[[str], bool] = bool) -> float:
        return share(lambda file: any(test(str(value)) for value in graph.objects(file, predicate)))

    def answers(url: str) -> bool:
        return status(url) == 200

    def known_format(file: URIRef) -> bool:
        formats, medias = list(graph.objects(file, DCT["format"])), list(graph.objects(file, DCAT.mediaType))
        return (
            all(types.by_uri(str(value)) for value in formats)
            and all(str(media).startswith(_IANA) for media in medias)
            and bool(formats)
        )

    def format_is(column: str) -> Callable[[str], bool]:
        return lambda uri: (term := types.by_uri(uri)) is not None and term.more[column] == "ya"

    reached = {
        "dcat:keyword": (30, has(DCAT.keyword)),
        "dcat:theme": (30, has(DCAT.theme)),
        "dct:spatial": (20, has(DCT.spatial)),
        "dct:temporal": (20, has(DCT.temporal)),
        "dcat:accessURL answers 200": (50, each(DCAT.accessURL, answers)),
        "dcat:downloadURL": (20, each(DCAT.downloadURL)),
        "dcat:downloadURL answers 200": (30, each(DCAT.downloadURL, answers)),
        "dct:format": (20, each(DCT["format"])),
        "dcat:mediaType": (10, each(DCAT.mediaType)),
        "format and media type of the vocabularies": (10, share(known_format)),
        "format is not proprietary": (20, each(DCT["format"], format_is("non_proprietary"))),
        "format is machine-readable": (20, each(DCT["format"], format_is("machine_readable"))),
        "conforms to DCAT-AP": (30, float(conforms)),
        "dct:license": (20, each(DCT.license)),
        "licence of the vocabulary": (10, each(DCT.license, lambda uri: licences.by_uri(uri) is not None)),
        "dct:accessRights": (10, has(DCT.accessRights)),
        "access rights of the vocabulary": (
            5,
            float(any(access.by_uri(str(value)) for value in graph.objects(dataset, DCT.accessRights))),
        ),
        "dcat:contactPoint": (20, has(DCAT.contactPoint)),
        "dct:publisher": (10, has(DCT.publisher)),
        "dct:rights": (5, each(DCT.rights)),
        "dcat:byteSize": (5, each(DCAT.byteSize)),
        "dct:issued": (5, has(DCT.issued)),
        "dct:modified": (5, has(DCT.modified)),
    }
    return Score(
        {name: most * part for name, (most, part) in reached.items()},
        {name: most * (1 - part) for name, (most, part) in reached.items() if part < 1},
    )
