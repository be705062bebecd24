"""A formula as it is typed (LaTeX, or plain words) and as it is shown: MathML, made here on the server.

Browsers set MathML by themselves (MathML Core, https://www.w3.org/TR/mathml-core/), so a page needs no script for it.
What a formula may become is a list: an element or attribute that is not on it is never shown. Pure: knows nothing of
CKAN.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

from ckanext.lebak.profiles.terms import plain
from ckanext.lebak.tables.problem import N_, TableError

log = logging.getLogger(__name__)

MAX_LENGTH = 4_000
"""Of all formulas of a field, in characters. The longest formula of BPS's public indicators has a few hundred."""
MAX_LINES = 20
MAX_DEPTH = 30
"""Of braces and environments in each other. The library calls itself for each."""

# How many parts an element has; None for any number (MathML Core 3, "presentation MathML").
_PARTS: dict[str, int | None] = {
    "math": None,
    "mrow": None,
    "mi": 0,
    "mn": 0,
    "mo": 0,
    "mtext": 0,
    "mspace": 0,
    "mfrac": 2,
    "msqrt": None,
    "mroot": 2,
    "msub": 2,
    "msup": 2,
    "msubsup": 3,
    "munder": 2,
    "mover": 2,
    "munderover": 3,
    "mtable": None,
    "mtr": None,
    "mtd": None,
    "mstyle": None,
    "mpadded": None,
    "mphantom": None,
}
_ATTRIBUTES = frozenset(
    {
        "accent",
        "accentunder",
        "columnalign",
        "columnspacing",
        "display",
        "displaystyle",
        "fence",
        "form",
        "largeop",
        "lspace",
        "mathvariant",
        "maxsize",
        "minsize",
        "movablelimits",
        "rowspacing",
        "rspace",
        "scriptlevel",
        "separator",
        "stretchy",
        "symmetric",
    }
)
_REFUSED = frozenset({"class", "href", "id", "mathbackground", "mathcolor", "style"})
"""What the library makes of commands for other things than mathematics."""
_VALUE = re.compile(r"[\w.%+ -]{0,40}", re.ASCII)
_XMLNS = "http://www.w3.org/1998/Math/MathML"

_LATEX = re.compile(r"\\[a-zA-Z]|\\[\\{}%,;:!]|[\^_]\{|\^[\w(]|[a-zA-Z]_\w\b")
"""What no plain words hold: a command, or something raised or lowered."""
_COMMAND = re.compile(r"\\([a-zA-Z]+\*?|.)", re.DOTALL)
_MACROS = frozenset({"newcommand", "renewcommand", "newenvironment", "def", "let", "DeclareMathOperator"})
# Commands whose argument is words, with the argument; \begin and \end with the name of what they begin.
_WITH_WORDS = re.compile(
    r"\\(?:text[a-z]*|math(?:rm|it|sf|tt|bf)|operatorname\*?|mbox|hbox|fbox|begin|end)\s*\{[^{}]*\}"
)
_WORDS = re.compile(r"[^\W\d_]{2,}[ -]+[^\W\d_]{2,}(?:[ -]+[^\W\d_]{2,})*")
_QUOTED = 40


class FormulaError(TableError):
    """A formula that cannot be read, as a sentence for the person who typed it."""


@dataclass(frozen=True)
class Line:
    """One formula of a field.

    Attributes:
        source: As it was typed.
        mathml: As it is shown; None for plain words, which show as they are.
    """

    source: str
    mathml: Markup | None


def lines(text: str) -> list[Line]:
    r"""The formulas of a field, one a line; an environment (``\begin``) may stand on several.

    Args:
        text: LaTeX with or without its dollar signs, or plain words.

    Raises:
        FormulaError: One of them cannot be read.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(N_("The formula is longer than {limit} characters. Shorten it."), limit=MAX_LENGTH)
    sources = list(_sources(text))
    if len(sources) > MAX_LINES:
        raise FormulaError(N_("These are more than {limit} lines of formulas. Give the main one."), limit=MAX_LINES)
    return [Line(source, mathml(source) if is_latex(source) else None) for source in sources]


def is_latex(text: str) -> bool:
    """Whether a text is LaTeX rather than plain words: it has a command, or something raised or lowered."""
    return _LATEX.search(text) is not None


def mathml(latex: str) -> Markup:
    """One formula as MathML that is safe in a page: no script, no link, no style, no address.

    Args:
        latex: The formula, without dollar signs.

    Raises:
        FormulaError: It cannot be read.
    """
    latex = plain(latex)
    _look_before(latex)
    try:
        made = convert_to_element(latex, display="block")
    except Exception as error:
        # The library has an exception for each mistake, without a common parent, and IndexError for some.
        log.info("A formula cannot be read: %r", error)
        raise FormulaError(
            N_('The formula "{formula}" cannot be read as LaTeX. Look for a part that is missing.'), formula=_cut(latex)
        ) from error
    shown = _allowed(made, latex)
    shown.set("xmlns", _XMLNS)
    return Markup(tostring(shown, encoding="unicode"))  # noqa: S704 - made of nothing but the elements listed above


def _sources(text: str) -> Iterator[str]:
    text = plain(text).strip()
    parts = [text] if r"\begin" in text else text.split("\n")
    for part in parts:
        if source := _without_dollars(part.strip()):
            yield source


def _without_dollars(text: str) -> str:
    r"""The formula inside ``$...$``, ``$$...$$``, ``\(...\)`` or ``\[...\]``, as documents have it."""
    for head, tail in (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")):
        if len(text) > len(head + tail) and text.startswith(head) and text.endswith(tail):
            inside = text[len(head) : -len(tail)]
            return text if head in inside else inside.strip()
    return text


def _look_before(latex: str) -> None:
    """Refuses what would take the library long, and mistakes that it passes over."""
    depth = begun = 0
    for sign in re.findall(r"\\begin\b|\\end\b|\\.|[{}]", latex, re.DOTALL):
        depth += (sign == "{") - (sign == "}")
        begun += (sign == r"\begin") - (sign == r"\end")
        if depth < 0:
            break
        if depth + begun > MAX_DEPTH:
            raise FormulaError(
                N_('The formula "{formula}" has too many parts in each other. Write it in several formulas.'),
                formula=_cut(latex),
            )
    if depth:
        raise FormulaError(
            N_('In the formula "{formula}" the curly brackets do not match: each that opens must close.'),
            formula=_cut(latex),
        )
    for command in _COMMAND.findall(latex):
        if command in _MACROS:
            raise _not_used(f"\\{command}", latex)
    if found := _WORDS.search(_COMMAND.sub("", _WITH_WORDS.sub("", latex))):
        raise FormulaError(
            N_('Write words of a formula inside \\text{{...}}: "\\text{{{words}}}".'), words=_cut(found.group())
        )


def _allowed(made: Element, latex: str) -> Element:
    """A copy of what the library made, of listed elements and attributes only."""
    if made.tag not in _PARTS:
        raise _not_used(made.tag, latex)
    parts = [_allowed(part, latex) for part in made]
    wanted = _PARTS[made.tag]
    if wanted is not None and len(parts) != wanted:
        raise FormulaError(
            N_('The formula "{formula}" cannot be read as LaTeX. Look for a part that is missing.'), formula=_cut(latex)
        )
    element = Element(made.tag)
    for name, value in made.attrib.items():
        if name in _REFUSED:
            raise _not_used(name, latex)
        if name == "linethickness" and value.startswith("0"):
            element.set(name, "0")  # a binomial; thicker lines would cover what stands around
        elif (name in _ATTRIBUTES or (made.tag, name) == ("mspace", "width")) and _VALUE.fullmatch(value):
            element.set(name, value)
    # The library writes signs as references (&#x000D7;).
    text = html.unescape(made.text or "").strip("\n")
    if text.startswith("\\") and len(text) > 1:
        raise FormulaError(
            N_('The formula "{formula}" has a command that is not known here: {command}.'),
            formula=_cut(latex),
            command=_cut(text),
        )
    if text:
        element.text = text
    element.extend(parts)
    return element


def _not_used(what: str, latex: str) -> FormulaError:
    return FormulaError(
        N_('The formula "{formula}" uses {what}, which is not shown here. Leave links, colours and macros out.'),
        formula=_cut(latex),
        what=what,
    )


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
