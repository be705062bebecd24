"""Every syntax says the triples it is given, whatever they hold, to two parsers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.lebak.feed.syntaxes import EXTENSIONS, RDF_SYNTAXES
from ckanext.lebak.profiles.terms import DCT, PREFIXES, RDF, SDI, SKOS, XSD, Iri, Triple, Value, iri, plain, type_
from tests.unit.feed.parsers import document, meant, said

_TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
    st.sampled_from(['"', "\\", 'a\\"b\n\t\r\n\'\'\'"""', "]]>&amp;<b>", "\u2028\u2029\x85\x7f", " tepi ", "😀\ufdd0"]),
).map(plain)
_IRIS = st.one_of(
    st.text(max_size=20).map(lambda text: iri(f"https://example.org/{text}")),
    st.text(max_size=20).map(lambda text: iri(f"https://{text}")),
    st.text("a\u1680\u2003\u2028\u3000\x85\xa0", max_size=20).map(lambda text: iri(f"https://example.org/{text}")),
    st.text("/:?#[]@!$&'()*+,;=%aA1.-", max_size=20).map(lambda text: iri(f"http://a{text}")),
    st.sampled_from(
        [SDI["satuan-orang"], SDI["a/b"], SDI["1"], SDI["_"], DCT.title, Iri(SDI.base), Iri("mailto:a@b.id")]
    ),
).filter(lambda ref: ref is not None)
_PREDICATES = st.sampled_from([DCT.title, SKOS.notation, SDI.konsep, RDF["_1"], RDF["_12"]])
_CLASSES = st.sampled_from([SKOS.Concept, DCT.Location, Iri("https://example.org/kelas/1")])
_VALUES = st.one_of(
    _IRIS,
    _TEXTS.map(Value),
    st.tuples(_TEXTS, st.sampled_from(["id", "en"])).map(lambda pair: Value(*pair)),
    st.tuples(_TEXTS, st.sampled_from([XSD.date, XSD.integer, SDI["jenis/x"]])).map(
        lambda pair: Value(pair[0], datatype=pair[1])
    ),
)
_TRIPLES = st.lists(
    st.one_of(st.tuples(_IRIS, _PREDICATES, _VALUES), st.tuples(_IRIS, st.just(type_), _CLASSES)), max_size=12
)


@pytest.mark.parametrize("name", RDF_SYNTAXES)
@settings(max_examples=150)
@given(parts=st.lists(_TRIPLES.filter(bool), max_size=3))
def test_what_is_written_is_read(name: str, parts: list[list[Triple]]) -> None:
    text = document(name, (RDF_SYNTAXES[name].write(triples) for triples in parts))
    assert said(name, text) == meant(triple for triples in parts for triple in triples)


@pytest.mark.parametrize("name", RDF_SYNTAXES)
def test_a_document_without_fragments_is_one(name: str) -> None:
    assert said(name, document(name, [])) == frozenset()


@pytest.mark.parametrize("name", RDF_SYNTAXES)
def test_a_thing_is_described_in_one_place(name: str) -> None:
    a, b = Iri("https://example.org/a"), Iri("https://example.org/b")
    mixed = [
        (a, DCT.title, Value("1")),
        (b, DCT.title, Value("2")),
        (a, DCT.title, Value("3")),
        (a, DCT.title, Value("1")),
    ]
    ordered = [mixed[0], mixed[2], mixed[1]]
    assert RDF_SYNTAXES[name].write(mixed) == RDF_SYNTAXES[name].write(ordered)


@pytest.mark.parametrize(
    "triple",
    [
        (Iri("https://example.org/a b"), DCT.title, Value("x")),
        (Iri("https://example.org/a"), DCT.title, Iri('https://example.org/"<b>')),
        (Iri("https://example.org/a"), DCT.title, Value("a\x0bb")),
        (Iri("https://example.org/a"), DCT.title, Value("a\ud800b")),
    ],
)
@pytest.mark.parametrize("name", RDF_SYNTAXES)
def test_what_would_break_a_document_is_refused(name: str, triple: Triple) -> None:
    with pytest.raises(ValueError, match="no document can hold"):
        RDF_SYNTAXES[name].write([triple])


def test_rdf_xml_refuses_a_property_that_it_has_no_name_for() -> None:
    with pytest.raises(ValueError, match="no name"):
        RDF_SYNTAXES["xml"].write([(Iri("https://example.org/a"), Iri("https://example.org/1"), Value("x"))])


def test_lines_of_n_triples_are_lines_for_everyone() -> None:
    text = RDF_SYNTAXES["nt"].write([(Iri("https://example.org/a"), DCT.title, Value("1\u20282\x853\n4"))])
    assert len(text.splitlines()) == 1


def test_every_syntax_has_an_address_and_every_address_a_syntax() -> None:
    assert {name for name, _media in EXTENSIONS.values()} == set(RDF_SYNTAXES)
    assert all(EXTENSIONS[name] == (name, syntax.media_type) for name, syntax in RDF_SYNTAXES.items())


def test_all_prefixes_are_in_the_heads() -> None:
    for name in ("ttl", "xml", "jsonld"):
        assert all(
            prefix in RDF_SYNTAXES[name].head and space.base in RDF_SYNTAXES[name].head
            for prefix, space in PREFIXES.items()
        )
