"""How a fragment is written in each RDF syntax, and what stands around fragments in a document.

A fragment is a text of its own: it needs nothing but the head of its document, and documents are fragments joined by
the separator. No blank nodes, so nothing in a fragment can mean something in another one.

Turtle: https://www.w3.org/TR/turtle/; N-Triples: https://www.w3.org/TR/n-triples/; RDF/XML:
https://www.w3.org/TR/rdf-syntax-grammar/; JSON-LD 1.1: https://www.w3.org/TR/json-ld11/.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring

from ckanext.lebak.profiles.terms import MOST_KEPT, PREFIXES, Iri, Triple, Value, fit, type_

Said = dict[Iri, dict[Iri, dict["Iri | Value", None]]]
"""Triples by subject, property and value, each once, in the order in which they first appear."""

_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*")
"""What may follow a prefix both in Turtle and as the name of an XML element; less than either allows."""


@dataclass(frozen=True)
class Syntax:
    """A syntax.

    Attributes:
        name: What the rest of the feed calls it.
        media_type: What it is called in HTTP.
        head: What a document begins with.
        separator: What stands between two fragments.
        tail: What a document ends with.
        text: Writes triples that are sorted already.
    """

    name: str
    media_type: str
    head: str
    separator: str
    tail: str
    text: Callable[[Said], str]

    def write(self, triples: Iterable[Triple]) -> str:
        """Writes a fragment.

        Args:
            triples: What it says.

        Returns:
            Its text, the same for the same triples in the same order.

        Raises:
            ValueError: Something cannot be written.
        """
        return self.text(sort(triples))


@lru_cache(maxsize=MOST_KEPT)
def shared(name: str, node: tuple[Triple, ...]) -> str:
    """Writes a node that many records point at, once.

    Args:
        name: Name of the syntax.
        node: What is said about it.

    Returns:
        Its text.
    """
    return RDF_SYNTAXES[name].write(node)


def sort(triples: Iterable[Triple]) -> Said:
    """Brings together what is said about one thing.

    Args:
        triples: In any order.

    Returns:
        The same without repetitions.

    Raises:
        ValueError: A text or an address would break a document. Those of ``profiles.terms`` never do.
    """
    said: Said = defaultdict(lambda: defaultdict(dict))
    iris: list[str] = []
    texts: list[str] = []
    for subject, predicate, value in triples:
        said[subject][predicate][value] = None
        texts.append(value.text) if isinstance(value, Value) else iris.append(value)
    if not fit((*said, *iris), texts):
        raise ValueError("something that no document can hold")
    return said


@lru_cache(maxsize=MOST_KEPT)
def _short(iri: str) -> str:
    """An IRI with one of our prefixes, ``''`` if it cannot be written so."""
    end = max(iri.rfind("/"), iri.rfind("#")) + 1  # no slash and no number sign may follow a prefix
    prefix = _PREFIX_OF.get(iri[:end])
    return f"{prefix}:{iri[end:]}" if prefix and _LOCAL.fullmatch(iri, end) else ""


_PREFIX_OF = {namespace.base: prefix for prefix, namespace in PREFIXES.items()}


# --- N-Triples and Turtle ---------------------------------------------------------------------------------------------


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


def _bracketed(iri: str) -> str:
    return f"<{iri}>"


def _turtle_iri(iri: str) -> str:
    return _short(iri) or f"<{iri}>"


def _literal(value: Value, datatype: Callable[[str], str]) -> str:
    text, lang, type_of = value
    if lang:
        return f"{_quoted(text)}@{lang}"
    return f"{_quoted(text)}^^{datatype(type_of)}" if type_of else _quoted(text)


def _n_triples(said: Said) -> str:
    lines: list[str] = []
    for subject, properties in said.items():
        for predicate, values in properties.items():
            start = f"<{subject}> <{predicate}> "
            lines += [
                f"{start}{_literal(value, _bracketed) if isinstance(value, Value) else f'<{value}>'} .\n"
                for value in values
            ]
    return "".join(lines)


def _turtle(said: Said) -> str:
    return "".join([f"{_turtle_iri(subject)} {_turtle_properties(about)} .\n\n" for subject, about in said.items()])


def _turtle_properties(about: dict[Iri, dict[Iri | Value, None]]) -> str:
    lines: list[str] = []
    for predicate, values in about.items():
        objects = [
            _literal(value, _turtle_iri) if isinstance(value, Value) else _short(value) or f"<{value}>"
            for value in values
        ]
        lines.append(f"{'a' if predicate == type_ else _turtle_iri(predicate)} {', '.join(objects)}")
    return " ;\n    ".join(lines)


# --- RDF/XML ----------------------------------------------------------------------------------------------------------


def _xml(said: Said) -> str:
    return "".join(line for subject, about in said.items() for line in _xml_node(subject, about))


def _xml_node(subject: Iri, about: dict[Iri, dict[Iri | Value, None]]) -> Iterator[str]:
    """A node, under the name of its class where that has a short one: some harvesters look for elements by name."""
    class_ = next(iter(about.get(type_, ())), "")
    name = _short(class_) if isinstance(class_, Iri) else ""
    yield f'<{name or "rdf:Description"} rdf:about="{_escaped(subject)}">\n'
    for predicate, values in about.items():
        for value in values:
            if not (name and predicate == type_ and value == class_):
                yield _xml_property(_xml_name(predicate), value)
    yield f"</{name or 'rdf:Description'}>\n"


def _xml_property(name: str, value: Iri | Value) -> str:
    if not isinstance(value, Value):
        return f'<{name} rdf:resource="{_escaped(value)}"/>\n'
    text, lang, datatype = value
    attribute = f' xml:lang="{lang}"' if lang else f' rdf:datatype="{_escaped(datatype)}"' if datatype else ""
    return f"<{name}{attribute}>{_escaped(text)}</{name}>\n"


def _xml_name(predicate: str) -> str:
    name = _short(predicate)
    if not name:
        raise ValueError(f"RDF/XML has no name for the property {predicate}")
    return name


def _escaped(text: str) -> str:
    """A text for an element or an attribute between double quotes."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text or ">" in text or '"' in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.replace("\r", "&#13;") if "\r" in text else text


# --- JSON-LD ----------------------------------------------------------------------------------------------------------


def _jsonld(said: Said) -> str:
    return ",".join([_jsonld_node(subject, about) for subject, about in said.items()])


def _jsonld_node(subject: Iri, about: dict[Iri, dict[Iri | Value, None]]) -> str:
    """A node. What RDF allows in an IRI needs no escape in JSON."""
    members = [f'"@id":"{subject}"']
    for predicate, values in about.items():
        if predicate == type_:
            classes = [f'"{_short(value) or value}"' for value in values if isinstance(value, Iri)]
            members.append(f'"@type":[{",".join(classes)}]')
        else:
            objects = [
                _jsonld_literal(value) if isinstance(value, Value) else f'{{"@id":"{value}"}}' for value in values
            ]
            members.append(f'"{_short(predicate) or predicate}":[{",".join(objects)}]')
    return f"{{{','.join(members)}}}"


def _jsonld_literal(value: Value) -> str:
    text, lang, datatype = value
    if lang:
        return f'{{"@value":{encode_basestring(text)},"@language":"{lang}"}}'
    if datatype:
        return f'{{"@value":{encode_basestring(text)},"@type":"{_short(datatype) or datatype}"}}'
    return encode_basestring(text)


# ----------------------------------------------------------------------------------------------------------------------

_CONTEXT = {prefix: namespace.base for prefix, namespace in PREFIXES.items()}

RDF_SYNTAXES = {
    syntax.name: syntax
    for syntax in (
        Syntax("nt", "application/n-triples", "", "", "", _n_triples),
        Syntax(
            "ttl",
            "text/turtle",
            "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in _CONTEXT.items()) + "\n",
            "",
            "",
            _turtle,
        ),
        Syntax(
            "xml",
            "application/rdf+xml",
            '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
            + "".join(f'\n    xmlns:{prefix}="{base}"' for prefix, base in _CONTEXT.items())
            + ">\n",
            "",
            "</rdf:RDF>\n",
            _xml,
        ),
        Syntax(
            "jsonld",
            "application/ld+json",
            f'{{"@context":{_ENCODE(_CONTEXT)},\n"@graph":[\n',
            ",\n",
            "\n]}\n",
            _jsonld,
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
