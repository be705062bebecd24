"""What the quality assessment of data.europa.eu (MQA) would say of a record: 23 indicators, 405 points.

Source: https://data.europa.eu/mqa/methodology and https://github.com/mjanez/ckan-mqa. Where a record has several files
an indicator of files counts by the share of them that meets it, as the assessment counts a catalogue. Which formats are
open and machine-readable stands in the list of file types, which quotes the assessment's own lists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.dcat.utils import dataset_uri

from ckanext.lebak.profiles import dataset
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import DCAT, DCT, Iri, Shared, Value
from ckanext.lebak.tables.problem import N_
from ckanext.lebak.vocabulary import vocabulary

MOST = 405

CONFORMS = N_("conforms to DCAT-AP")

_IANA = "http://www.iana.org/assignments/media-types/"

# Indicator -> the field of the form that reaches it; the others are reached by a file or by the site itself.
FIELDS = {
    "dcat:keyword": "tag_string",
    "dcat:theme": "kode_urusan",
    "dct:spatial": "kode_wilayah",
    "dct:temporal": "temporal_start",
    "dct:license": "license_id",
    "licence of the vocabulary": "license_id",
    "dct:accessRights": "accessRights",
    "access rights of the vocabulary": "accessRights",
    "dcat:contactPoint": "maintainer",
    CONFORMS: "notes",
}


@dataclass(frozen=True)
class Score:
    """The points of one record.

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


class Statements:
    """What is said of each thing: the texts of the objects by subject and predicate."""

    def __init__(self, triples: Iterable[tuple[Any, Any, Any]]) -> None:
        """Sorts the triples.

        Args:
            triples: Ours, or those of an rdflib graph.
        """
        self._said: dict[tuple[str, str], list[str]] = defaultdict(list)
        for subject, predicate, value in triples:
            self._said[str(subject), str(predicate)].append(value.text if isinstance(value, Value) else str(value))

    def of(self, subject: str, predicate: str) -> list[str]:
        """The objects of a property."""
        return self._said.get((str(subject), str(predicate)), [])


def statements(record: Mapping[str, Any], site: Site) -> tuple[str, Statements]:
    """What the feed says of a record.

    Args:
        record: As ``package_show`` gives it.
        site: The site.

    Returns:
        The IRI of the record, and the statements.
    """
    shared = Shared()
    ref = Iri(dataset_uri(dict(record)))
    own = list(dataset.write(dict(record), ref, site, shared))
    return ref, Statements([*own, *(triple for told in shared.values() for triple in told)])


def mandatory_missing(said: Statements, ref: str) -> list[str]:
    """The properties without which DCAT-AP 3 does not take a record: a portal that validates refuses it.

    Args:
        said: The statements.
        ref: IRI of the record.

    Returns:
        Of title, description and the address of each file, those that are not there.
    """
    lacking = [name for name in ("title", "description") if not said.of(ref, DCT[name])]
    files = said.of(ref, DCAT.distribution)
    return lacking + ["accessURL"] * any(not said.of(file, DCAT.accessURL) for file in files)


def score(said: Statements, ref: str, *, status: Callable[[str], int], conforms: bool) -> Score:
    """Scores a record.

    Args:
        said: The statements.
        ref: IRI of the record.
        status: The HTTP status that an address answers with.
        conforms: Whether the shapes of DCAT-AP are met.

    Returns:
        The score.
    """
    files = said.of(ref, DCAT.distribution)
    types, licences, access = (vocabulary(name) for name in ("file_type", "license", "access"))

    def has(predicate: str) -> float:
        return float(bool(said.of(ref, predicate)))

    def share(test: Callable[[str], bool]) -> float:
        return sum(map(test, files)) / len(files) if files else 0.0

    def each(predicate: str, test: Callable[[str], Any] = bool) -> float:
        return share(lambda file: any(map(test, said.of(file, predicate))))

    def answers(url: str) -> bool:
        return status(url) == 200  # noqa: PLR2004

    def known_format(file: str) -> bool:
        formats, medias = said.of(file, DCT["format"]), said.of(file, DCAT.mediaType)
        return bool(formats) and all(map(types.by_uri, formats)) and all(media.startswith(_IANA) for media in medias)

    def format_is(column: str) -> Callable[[str], bool]:
        return lambda uri: (term := types.by_uri(uri)) is not None and term.more[column] == "ya"

    reached = {
        "dcat:keyword": (30, has(DCAT.keyword)),
        "dcat:theme": (30, has(DCAT.theme)),
        "dct:spatial": (20, has(DCT.spatial)),
        "dct:temporal": (20, has(DCT.temporal)),
        N_("dcat:accessURL answers 200"): (50, each(DCAT.accessURL, answers)),
        "dcat:downloadURL": (20, each(DCAT.downloadURL)),
        N_("dcat:downloadURL answers 200"): (30, each(DCAT.downloadURL, answers)),
        "dct:format": (20, each(DCT["format"])),
        "dcat:mediaType": (10, each(DCAT.mediaType)),
        N_("format and media type of the vocabularies"): (10, share(known_format)),
        N_("format is not proprietary"): (20, each(DCT["format"], format_is("non_proprietary"))),
        N_("format is machine-readable"): (20, each(DCT["format"], format_is("machine_readable"))),
        CONFORMS: (30, float(conforms)),
        "dct:license": (20, each(DCT.license)),
        N_("licence of the vocabulary"): (10, each(DCT.license, licences.by_uri)),
        "dct:accessRights": (10, has(DCT.accessRights)),
        N_("access rights of the vocabulary"): (5, float(any(map(access.by_uri, said.of(ref, DCT.accessRights))))),
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


def presumed(record: Mapping[str, Any], site: Site) -> Score:
    """Scores a record without asking anybody: its addresses are taken to answer.

    Args:
        record: As ``package_show`` gives it.
        site: The site.

    Returns:
        The score; it counts as conforming if nothing mandatory is missing.
    """
    ref, said = statements(record, site)
    return score(said, ref, status=lambda _url: 200, conforms=not mandatory_missing(said, ref))
