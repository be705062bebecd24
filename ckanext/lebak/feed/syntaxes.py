"""How a fragment is written in each RDF syntax, and what stands around fragments in a document.

A fragment is a text of its own: it needs nothing but the head of its document, and documents are fragments joined by
the separator. No blank nodes, so nothing in a fragment can mean something in another one.

All syntaxes are written in one pass: what takes time is to go through the triples and to look at each term, and nearly
every record is wanted in all of them.

Turtle: https://www.w3.org/TR/turtle/; N-Triples: https://www.w3.org/TR/n-triples/; RDF/XML:
https://www.w3.org/TR/rdf-syntax-grammar/; JSON-LD 1.1: https://www.w3.org/TR/json-ld11/.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple

from ckanext.lebak.profiles.terms import MOST_KEPT, PREFIXES, Iri, Triple, Value, fit, type_

_About = dict[Iri, dict["Iri | Value", None]]
_Said = dict[Iri, _About]
"""Triples by subject, property and value, each once, in the order in which they first appear."""

_Texts = tuple[str, str, str, str]
"""The same as `Forms`, where there are many."""

_LONGEST_KEPT = 200  # of a text, in characters: longer ones are seldom said twice
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*")
"""What may follow a prefix both in Turtle and as the name of an XML element; less than either allows."""


@dataclass(frozen=True)
class Syntax:
    """A syntax.

    Attributes:
        name: What the rest of the feed calls it, and its attribute of `Forms`.
        media_type: What it is called in HTTP.
        head: What a document begins with.
        separator: What stands between two fragments.
        tail: What a document ends with.
    """

    name: str
    media_type: str
    head: str
    separator: str
    tail: str

    def write(self, triples: Iterable[Triple]) -> str:
        """Writes a fragment in this syntax alone.

        Args:
            triples: What it says.

        Returns:
            Its text, the same for the same triples in the same order.

        Raises:
            ValueError: Something cannot be written.
        """
        return getattr(write(triples), self.name)


class Forms(NamedTuple):
    """The same thing in each syntax, in the order of `RDF_SYNTAXES`."""

    nt: str
    ttl: str
    xml: str
    jsonld: str


def write(triples: Iterable[Triple]) -> Forms:
    """Writes a fragment in all syntaxes.

    Args:
        triples: What it says.

    Returns:
        Its texts, the same for the same triples in the same order.

    Raises:
        ValueError: Something cannot be written.
    """
    nodes = [_node(subject, about) for subject, about in _sorted(triples).items()]
    nt, ttl, xml, jsonld = zip(*nodes, strict=True) if nodes else ((),) * 4
    return Forms("".join(nt), "".join(ttl), "".join(xml), ",".join(jsonld))


@lru_cache(maxsize=MOST_KEPT)
def shared(node: tuple[Triple, ...]) -> Forms:
    """Writes a node that many records point at, once.

    Args:
        node: What is said about it.

    Returns:
        Its texts.
    """
    return write(node)


def _sorted(triples: Iterable[Triple]) -> _Said:
    """Brings together what is said about one thing, without repetitions.

    Raises:
        ValueError: A text or an address would break a document. Those of ``profiles.terms`` never do.
    """
    said: _Said = defaultdict(lambda: defaultdict(dict))
    iris: list[str] = []
    texts: list[str] = []
    for subject, predicate, value in triples:
        said[subject][predicate][value] = None
        texts.append(value.text) if isinstance(value, Value) else iris.append(value)
    if not fit((*said, *iris), texts):
        raise ValueError("something that no document can hold")
    return said


def _node(subject: Iri, about: _About) -> _Texts:
    """A thing and what is said about it."""
    class_ = _class(about)
    element = class_ or "rdf:Description"
    nt: list[str] = []
    ttl: list[str] = []
    xml = [f'<{element} rdf:about="{_escaped(subject)}">\n']
    jsonld = [f'"@id":"{subject}"']  # what RDF allows in an IRI needs no escape in JSON
    for predicate, values in about.items():
        name, start = _name(predicate), f"<{subject}> <{predicate}> "
        ttls: list[str] = []
        jsons: list[str] = []
        for value in values:
            in_nt, in_ttl, in_xml, in_jsonld = _term(value)
            nt.append(f"{start}{in_nt} .\n")
            ttls.append(in_ttl)
            xml.append(f"<{name}{in_xml}</{name}>\n" if isinstance(value, Value) else f"<{name}{in_xml}/>\n")
            jsons.append(in_jsonld)
        if predicate == type_:
            if class_:  # the element says it
                del xml[-len(values)]
            ttl.append(f"a {', '.join(ttls)}")
            jsonld.append(f'"@type":[{",".join([_quoted_name(value) for value in values if isinstance(value, Iri)])}]')
        else:
            ttl.append(f"{name} {', '.join(ttls)}")
            jsonld.append(f'"{name}":[{",".join(jsons)}]')
    xml.append(f"</{element}>\n")
    properties = " ;\n    ".join(ttl)
    return "".join(nt), f"{_turtle(subject)} {properties} .\n\n", "".join(xml), f"{{{','.join(jsonld)}}}"


def _class(about: _About) -> str:
    """The short name of its first class, ``''`` for none: the XML element's, for some harvesters look for elements."""
    first = next(iter(about.get(type_, ())), "")
    return _short(first) if isinstance(first, Iri) else ""


def _term(value: Iri | Value) -> _Texts:
    """A value; in RDF/XML what follows the name of the element and stands before its end."""
    if not isinstance(value, Value):
        return _reference(value)
    return _literal(value) if len(value.text) <= _LONGEST_KEPT else _literal.__wrapped__(value)


def _reference(iri: Iri) -> _Texts:
    full = f"<{iri}>"
    return full, _shortened(iri) or full, f' rdf:resource="{_escaped(iri)}"', f'{{"@id":"{iri}"}}'


@lru_cache(maxsize=MOST_KEPT)
def _literal(value: Value) -> _Texts:
    text, lang, datatype = value
    quoted, in_json, in_xml = _quoted(text), encode_basestring(text), f">{_escaped(text)}"
    if lang:
        tagged = f"{quoted}@{lang}"
        return tagged, tagged, f' xml:lang="{lang}"{in_xml}', f'{{"@value":{in_json},"@language":"{lang}"}}'
    if datatype:
        return (
            f"{quoted}^^<{datatype}>",
            f"{quoted}^^{_short(datatype) or f'<{datatype}>'}",
            f' rdf:datatype="{_escaped(datatype)}"{in_xml}',
            f'{{"@value":{in_json},"@type":{_quoted_name(datatype)}}}',
        )
    return quoted, quoted, in_xml, in_json


# --- terms ------------------------------------------------------------------------------------------------------------


def _shortened(iri: str) -> str:
    """An IRI with one of our prefixes, ``''`` if it cannot be written so."""
    end = iri.rfind("#") + 1 or iri.rfind("/") + 1  # neither may follow a prefix
    prefix = _PREFIX_OF.get(iri[:end])
    return f"{prefix}:{iri[end:]}" if prefix and _LOCAL.fullmatch(iri, end) else ""


@lru_cache(maxsize=MOST_KEPT)
def _short(term: str) -> str:
    """The same for classes, properties and datatypes, which are few."""
    return _shortened(term)


_PREFIX_OF = {namespace.base: prefix for prefix, namespace in PREFIXES.items()}


def _name(predicate: str) -> str:
    name = _short(predicate)
    if not name:
        raise ValueError(f"RDF/XML has no name for the property {predicate}")
    return name


def _turtle(iri: str) -> str:
    return _shortened(iri) or f"<{iri}>"


def _quoted_name(iri: str) -> str:
    """A class or a datatype in JSON-LD."""
    return f'"{_short(iri) or iri}"'


def _quoted(text: str) -> str:
    """A text between quotation marks. The line ends of Unicode too: programs that read line by line split at them."""
    if not text.isprintable() or '"' in text or "\\" in text:
        text = text.translate(_ESCAPES)
    return f'"{text}"'


_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\x7f": "\\u007F",
        "\x85": "\\u0085",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
    }
)


def _escaped(text: str) -> str:
    """A text for an element or an attribute between double quotes."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text or ">" in text or '"' in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.replace("\r", "&#13;") if "\r" in text else text


# ----------------------------------------------------------------------------------------------------------------------

_CONTEXT = {prefix: namespace.base for prefix, namespace in PREFIXES.items()}

RDF_SYNTAXES = {
    syntax.name: syntax
    for syntax in (
        Syntax("nt", "application/n-triples", "", "", ""),
        Syntax(
            "ttl",
            "text/turtle",
            "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in _CONTEXT.items()) + "\n",
            "",
            "",
        ),
        Syntax(
            "xml",
            "application/rdf+xml",
            '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
            + "".join(f'\n    xmlns:{prefix}="{base}"' for prefix, base in _CONTEXT.items())
            + ">\n",
            "",
            "</rdf:RDF>\n",
        ),
        Syntax(
            "jsonld",
            "application/ld+json",
            f'{{"@context":{json.dumps(_CONTEXT, separators=(",", ":"))},\n"@graph":[\n',
            ",\n",
            "\n]}\n",
        ),
    )
}
"""The syntaxes by name."""

EXTENSIONS = {
    "ttl": ("ttl", "text/turtle"),
    "n3": ("ttl", "text/n3"),
    "nt": ("nt", "application/n-triples"),
    "xml": ("xml", "application/rdf+xml"),
    "rdf": ("xml", "application/rdf+xml"),
    "jsonld": ("jsonld", "application/ld+json"),
}
"""End of an address -> name of the syntax and media type. Every Turtle document is one of Notation3 too."""
