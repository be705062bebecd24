"""Formulas: what is typed becomes MathML that is safe, or a sentence that says what to mend."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.etree import fromstring

from ckanext.lebak.statistics.formulas import (
    _ATTRIBUTES,
    _PARTS,
    MAX_LENGTH,
    MAX_LINES,
    FormulaError,
    is_latex,
    lines,
    mathml,
)
from tests.thoroughness import WHOLE

EXAMPLES = 2_000 if WHOLE else 200
MATHML = "{http://www.w3.org/1998/Math/MathML}"

COMMANDS = r"""
\frac \sqrt \sum_ \text \mathrm \left( \right) \left[ \right] \hat \bar \over \binom \int \times \% \begin{matrix}
\end{matrix} \begin{cases} \end{cases} \\ & { } [ ] ^ _ $ ' \href \style \class \color{red} \def\a \newcommand \unknown
\boxed \hspace{1em} \quad \operatorname{x} \phantom a b 1 2.5 + - = < > & " \ laki-laki <script> é 人 &#60;
"""
PIECES = st.sampled_from([*COMMANDS.split(), " ", "\n", "\0", "\ud800", "\u202e"])
TYPED = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60)


def test_formula_is_typeset() -> None:
    shown = mathml(r"\text{CPR} = \frac{\text{peserta KB aktif}}{\text{pasangan usia subur}} \times 100")
    made = fromstring(str(shown))
    assert made.tag == f"{MATHML}math"
    assert [str(part.tag).removeprefix(MATHML) for part in made[0]] == ["mtext", "mo", "mfrac", "mo", "mn"]
    assert [" ".join(text.split()) for text in made.itertext()] == [
        "CPR",
        "=",
        "peserta KB aktif",
        "pasangan usia subur",
        "×",
        "100",
    ]


def test_lines_are_formulas_of_their_own() -> None:
    found = lines("$x_i$\r\n\n\\[\\sum_{i} x_i\\]\nrata-rata = jumlah / n")
    assert [line.source for line in found] == ["x_i", r"\sum_{i} x_i", "rata-rata = jumlah / n"]
    assert [line.mathml is None for line in found] == [False, False, True]


def test_environment_stands_on_several_lines() -> None:
    [found] = lines("\\begin{cases} a & b \\\\\n c & d \\end{cases}")
    assert "<mtable" in str(found.mathml)


@pytest.mark.parametrize(
    "words", ["IPG = IPM perempuan / IPM laki-laki (x 100)", "jumlah = a + b", "100% dari A & B", "<b>a</b>", "a/b"]
)
def test_words_stay_words(words: str) -> None:
    assert not is_latex(words)
    assert [(line.source, line.mathml) for line in lines(words)] == [(words, None)]


@pytest.mark.parametrize(
    ("latex", "says"),
    [
        (r"\frac{a}{b", "curly brackets do not match"),
        (r"\frac{a}}{b}", "curly brackets do not match"),
        (r"\frac{a}", "a part that is missing"),
        (r"\left( x^2", "a part that is missing"),
        (r"x^{2}^{3}", "a part that is missing"),
        (r"\begin{cases} a", "a part that is missing"),
        (r"\jumlah{a}", r"not known here: \jumlah"),
        (r"\href{javascript:alert(1)}{x}", "uses href"),
        (r"\style{background:url(//x)}{x}", "uses style"),
        (r"\class{btn}{x}", "uses class"),
        (r"\color{red}{x}", "uses mathcolor"),
        (r"\def\a{\a\a}\a", r"uses \def"),
        (r"\newcommand{\a}{\b\b}\a", r"uses \newcommand"),
        (r"\frac{IPM perempuan}{IPM laki-laki}", r"\text{IPM perempuan}"),
        (r"\sqrt" + "{" * 40 + "x" + "}" * 40, "too many parts in each other"),
        ("x_1" * MAX_LENGTH, "Shorten it"),
        ("x_1\n" * (MAX_LINES + 1), "lines of formulas"),
    ],
)
def test_mistake_is_named(latex: str, says: str) -> None:
    with pytest.raises(FormulaError) as refused:
        lines(latex)
    assert says in str(refused.value)


def test_signs_of_html_are_text() -> None:
    shown = str(mathml(r"\text{<img src=x onerror=alert(1)>} x_1 &lt;script&gt;"))
    assert "<img" not in shown
    assert "<script" not in shown
    assert fromstring(shown) is not None


PUBLISHED = Path(__file__).parents[3].parent / "shared" / "reference" / "lebak-data" / "indikator_dp3ap2kb.csv"
"""Indicators of DP3AP2KB's affairs with the public page of each (SIRUSA of BPS, BKKBN, portals of other counties)."""


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the list of published indicators is not here (../shared)")
def test_published_formulas_can_be_read() -> None:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        published = [row for row in csv.DictReader(file) if row["rumus"] and row["sumber_url"]]
    assert published
    for row in published:
        assert [line.source for line in lines(row["rumus"])] == [row["rumus"]]
    # The first as BPS's form wants it (https://sirusa.web.bps.go.id/metadata/indikator/28740).
    assert published[0]["rumus"] == "IPG = IPM perempuan / IPM laki-laki (x 100)"
    typed = r"\text{IPG} = \frac{\text{IPM perempuan}}{\text{IPM laki-laki}} \times 100"
    assert "<mfrac>" in str(lines(typed)[0].mathml)


@settings(max_examples=EXAMPLES, deadline=None)
@given(TYPED)
def test_whatever_is_typed(text: str) -> None:
    """Either a sentence, or MathML of listed elements and attributes only."""
    try:
        found = lines(text)
    except FormulaError:
        return
    for line in found:
        if line.mathml is None:
            continue
        for element in fromstring(str(line.mathml)).iter():
            assert str(element.tag).removeprefix(MATHML) in _PARTS
            assert set(element.attrib) <= {*_ATTRIBUTES, "linethickness", "width"}
