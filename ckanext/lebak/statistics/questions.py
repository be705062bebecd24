"""The questions of BPS's forms, read from the schemas: form, validator, page, JSON and workbook are made from these.

A question is a field of a scheming schema that has ``blok``. What a field says of itself beyond scheming's own keys:

======================= ==========================================================================================
``blok``                Block of the form: ``IV``.
``nomor``               Number on the form: ``"4.2"``; where forms share a field: ``{FS3: "5.9", FP-KPA: "6.2"}``.
``kunci``               Key in BPS's system, where it is not the name of the field; ``a.b`` is ``b`` within ``a``.
``bagian``              Heading under which several questions stand: ``{id, en}``.
``judul_blok``          In a schema of several forms: title of the block, where it is not that of the page.
``formulir``            In a schema of several forms: those that ask it, ``[FS3]``; without it all.
``ditanyakan_jika``     Asked only if, all of: ``{cara_pengumpulan_data: ["2"]}`` (``skipping``).
``required_at_release`` Needed for a hand-in, if it is asked: ``true``, or a condition as above.
``pilihan_menurut``     Other code lists by another answer: ``{edisi_formulir: {baru: mskeg_...}}``.
``pilihan_sesuai``      Only codes that belong to another answer: ``{field: v_..., column: selection}``.
``langkah``             ``realisasi``: asked of an activity that was carried out.
``salin``               ``false``: not copied to the next year.
``pribadi``             ``true``: kept beside the record, never in it (``statistics.private``).
``diisi_bps``           ``true``: filled in by BPS.
``jawaban``             Kind of the answer (`KINDS`), said by the preset.
======================= ==========================================================================================

Pure: reads the YAML files that scheming reads too, and asks nothing of CKAN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import yaml

from ckanext.lebak.statistics.skipping import Condition, asked_if, condition, one_of
from ckanext.lebak.vocabulary import vocabulary

TEXT, LONG_TEXT, TEXTS = "teks", "teks_panjang", "daftar"
CODE, CODES = "kode", "kode_ganda"
NUMBER, DAY, DAYS = "angka", "tanggal", "rentang"
ROWS, GROUP = "baris", "kelompok"
KINDS = (TEXT, LONG_TEXT, TEXTS, CODE, CODES, NUMBER, DAY, DAYS, ROWS, GROUP)
"""Kinds of answers: text in one line, in several, several texts; a code, several; a number; a day, from day to day;
rows of columns; one row of columns under one key."""

Text = Mapping[str, str]
"""A label: ``id`` and ``en``."""

WHICH = "jenis_formulir"
"""The field that says which form a record is, where its schema holds several."""

_SCHEMAS = "ckanext.lebak.schemas"
_PRESETS = "presets.yaml"


@dataclass(frozen=True)
class Source:
    """Where a form is declared.

    Attributes:
        file: The schema.
        dataset_type: Its type of record.
        rows: The repeating field whose columns are the form; empty for the fields of the record.
        shared: Whether the schema holds several forms.
    """

    file: str
    dataset_type: str
    rows: str = ""
    shared: bool = False


SOURCES: Mapping[str, Source] = {
    "MS-Keg": Source("kegiatan_statistik.yaml", "kegiatan-statistik"),
    "MS-Var": Source("kegiatan_statistik.yaml", "kegiatan-statistik", rows="iii_variabel_yang_dikumpulkan"),
    "MS-Ind": Source("indikator.yaml", "indikator"),
    "FS3": Source("usulan_rekomendasi.yaml", "usulan-rekomendasi", shared=True),
    "FP-KPA": Source("usulan_rekomendasi.yaml", "usulan-rekomendasi", shared=True),
}
"""BPS's forms: metadata of activities, variables and indicators (Peraturan BPS 5/2020), proposals (FS3, FP-KPA)."""


@dataclass(frozen=True)
class Question:
    """A question of a form.

    Attributes:
        key: Name of the field in the record.
        bps_key: Key in BPS's system.
        number: On the form; empty for what the form does not number.
        block: Of the form.
        group: Heading under which it stands with others; empty for none.
        label: What is asked.
        help: What the form explains.
        kind: One of `KINDS`.
        lists: Names of code lists by the answer that chooses them; the usual one under ``""``.
        condition: When it is asked, beside the conditions of the questions that it depends on.
        columns: Of rows and groups.
        required: Whether a hand-in needs it: always, never, or under a condition.
        private: Kept in the private table.
        copied: Goes into the record of the next year.
        stage: ``realisasi`` for what is asked once it was carried out.
        issued: Filled in by BPS.
        page: Page of the form in the browser, from 1.
        field: The field itself, its preset expanded.
    """

    key: str
    bps_key: str
    number: str
    block: str
    group: Text
    label: Text
    help: Text
    kind: str
    lists: Mapping[str, str]
    condition: Condition
    columns: tuple[Question, ...]
    required: bool | Condition
    private: bool
    copied: bool
    stage: str
    issued: bool
    page: int
    field: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def multiple(self) -> bool:
        """Whether several codes may be given."""
        return self.kind == CODES

    def vocabulary(self, answers: Mapping[str, Any]) -> str:
        """Name of the code list of this question, given the other answers; empty for none."""
        return list_name(self.field, answers)

    @property
    def summed(self) -> bool:
        """Whether BPS adds up what is ticked: its codes are powers of two."""
        name = self.lists.get("", "")
        return self.multiple and bool(name) and all(_is_power_of_two(code) for code in vocabulary(name))


@dataclass(frozen=True)
class Block:
    """A block of a form: its questions, in their order."""

    code: str
    title: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Form:
    """A form of BPS.

    Attributes:
        name: ``MS-Keg``.
        dataset_type: Type of the records that hold it.
        rows: The repeating field whose columns it is; empty for a form of whole records.
        blocks: Its blocks.
    """

    name: str
    dataset_type: str
    rows: str
    blocks: tuple[Block, ...]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order of the form."""
        return tuple(question for block in self.blocks for question in block.questions)

    @cached_property
    def by_key(self) -> Mapping[str, Question]:
        """The questions by the names of their fields."""
        return {question.key: question for question in self.questions}

    @property
    def record(self) -> dict[str, str]:
        """What every record that holds it says: its type, and where that has several forms, which one it is."""
        return {"type": self.dataset_type, **({WHICH: self.name} if SOURCES[self.name].shared else {})}

    @property
    def private_keys(self) -> frozenset[str]:
        """Names of the fields that are kept in the private table."""
        return frozenset(question.key for question in self.questions if question.private)


@cache
def form(name: str) -> Form:
    """A form by its name.

    Args:
        name: One of `SOURCES`.

    Raises:
        KeyError: There is no such form.
    """
    source = SOURCES[name]
    fields = _fields(source.file)
    if source.rows:
        (table,) = [each for each in fields if each["field_name"] == source.rows]
        questions = tuple(_question(each, name, table.get("page", 1), "") for each in table["repeating_subfields"])
        return Form(name, source.dataset_type, source.rows, (Block("", _text(table["label"]), questions),))
    return Form(name, source.dataset_type, "", tuple(_blocks(name, fields)))


def forms_of(dataset_type: str) -> tuple[str, ...]:
    """Names of the forms that records of a type hold, without those of their rows."""
    return tuple(name for name, source in SOURCES.items() if source.dataset_type == dataset_type and not source.rows)


def form_of(record: Mapping[str, Any]) -> Form | None:
    """The form that a record holds; None for one of another kind. Where its type has several, the record says which."""
    held = forms_of(str(record.get("type") or ""))
    chosen = [name for name in held if len(held) == 1 or one_of(record.get("jenis_formulir"), (name,))]
    return form(chosen[0]) if chosen else None


@cache
def private_fields(dataset_type: str) -> frozenset[str]:
    """Names of the fields of a type of record that are kept in the private table."""
    held = forms_of(dataset_type)
    if not held or not files(_SCHEMAS).joinpath(SOURCES[held[0]].file).is_file():
        return frozenset()
    return frozenset(each["field_name"] for each in _fields(SOURCES[held[0]].file) if each.get("pribadi"))


def list_name(scheming_field: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
    """Name of the code list of a field, which may depend on another answer, such as the edition of the form.

    Args:
        scheming_field: The field as its schema describes it.
        answers: The record.

    Returns:
        The name; empty for a field without a list.
    """
    for other, by_answer in (scheming_field.get("pilihan_menurut") or {}).items():
        for answer, name in by_answer.items():
            if one_of(answers.get(other), (answer,)):
                return name
    return str(scheming_field.get("vocabulary") or "")


def suitable(scheming_field: Mapping[str, Any], answers: Mapping[str, Any], code: str) -> bool:
    """Whether a code belongs to what another question was answered with (``pilihan_sesuai``).

    What cannot be judged, because the other is not answered or the code is none, is suitable.
    """
    pair = scheming_field.get("pilihan_sesuai")
    term = vocabulary(list_name(scheming_field, answers)).get(code) if pair else None
    other = answers.get(pair["field"]) if pair else None
    return term is None or not other or not pair or one_of(other, (term.more[pair["column"]],))


def resolved(scheming_field: Mapping[str, Any], answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """A field as it is for these answers: with its code list, and with its number before its label."""
    found = dict(scheming_field)
    if found.get("pilihan_menurut"):
        found["vocabulary"] = list_name(scheming_field, answers)
    number = scheming_field.get("nomor")
    if isinstance(number, Mapping):
        number = next((each for name, each in number.items() if one_of(answers.get(WHICH), (name,))), "")
    if number:
        found["label"] = {lang: f"{number} {text}" for lang, text in _text(scheming_field.get("label")).items()}
    return found


@cache
def _fields(file: str) -> tuple[Mapping[str, Any], ...]:
    """The fields of a schema with their presets, the page that each stands on, and the title of the page."""
    folder = files(_SCHEMAS)
    schema = yaml.safe_load(folder.joinpath(file).read_text(encoding="utf-8"))
    presets = {each["preset_name"]: each["values"] for each in _yaml(_PRESETS)["presets"]}
    found, page, title = [], 0, {}
    for each in schema["dataset_fields"]:
        if "start_form_page" in each:
            page, title = page + 1, each["start_form_page"].get("title", "")
        expanded = {**_expanded(each, presets), "page": page or 1, "page_title": title}
        if "repeating_subfields" in each:
            expanded["repeating_subfields"] = [_expanded(sub, presets) for sub in each["repeating_subfields"]]
        found.append(expanded)
    return tuple(found)


@cache
def _yaml(file: str) -> Any:
    return yaml.safe_load(files(_SCHEMAS).joinpath(file).read_text(encoding="utf-8"))


def _expanded(each: Mapping[str, Any], presets: Mapping[str, Any]) -> dict[str, Any]:
    # Presets of scheming itself (title, dataset_slug) say nothing that a form of BPS needs.
    return {**presets.get(str(each.get("preset")), {}), **each}


def _blocks(name: str, fields: Iterable[Mapping[str, Any]]) -> Iterable[Block]:
    by_code: dict[str, tuple[Text, list[Question]]] = {}
    for each in fields:
        code = _by_form(each.get("blok"), name)
        if not code or name not in each.get("formulir", (name,)):
            continue
        title = _by_form(each.get("judul_blok"), name) if SOURCES[name].shared else None
        _title, questions = by_code.setdefault(str(code), (_text(title or each["page_title"]), []))
        questions.append(_question(each, name, each["page"], str(code)))
    if SOURCES[name].shared:  # the schema is in the order of one page after another, each form has an order of its own
        for _title, questions in by_code.values():
            questions.sort(key=_place)
        by_code = dict(sorted(by_code.items(), key=lambda item: _place(item[1][1][0])))
    return [Block(code, title, tuple(questions)) for code, (title, questions) in by_code.items()]


def _place(question: Question) -> tuple[int, ...]:
    """Where a question stands on a form that numbers its questions, as 5.10; what has no number stands first."""
    return tuple(int(part) for part in question.number.split(".") if part.isdigit())


def _question(each: Mapping[str, Any], name: str, page: int, block: str) -> Question:
    columns = tuple(_question(sub, name, page, block) for sub in each.get("repeating_subfields", ()))
    required = each.get("required_at_release", False)
    lists = {"": str(each.get("vocabulary") or "")} if each.get("vocabulary") else {}
    for by_answer in (each.get("pilihan_menurut") or {}).values():
        lists.update(by_answer)
    return Question(
        key=each["field_name"],
        bps_key=str(_by_form(each.get("kunci"), name) or each["field_name"]),
        number=str(_by_form(each.get("nomor"), name) or ""),
        block=block,
        group=_text(each.get("bagian") or {}),
        label=_text(_by_form(each.get("label"), name)),
        help=_text(each.get("help_text") or {}),
        kind=each.get("jawaban", TEXT),
        lists=lists,
        condition=_condition(each, name),
        columns=columns,
        required=condition(required) if isinstance(required, Mapping) else bool(required),
        private=bool(each.get("pribadi")),
        copied=each.get("salin", True) is not False,
        stage=str(each.get("langkah") or ""),
        issued=bool(each.get("diisi_bps")),
        page=page,
        field=each,
    )


def _condition(each: Mapping[str, Any], name: str) -> Condition:
    """When a question of this form is asked: that it is of this form need not be said in it."""
    stated = asked_if(each)
    return {other: codes for other, codes in stated.items() if not SOURCES[name].shared or other != WHICH}


def _by_form(value: Any, name: str) -> Any:
    """What a field says for one of several forms, where it says it by form."""
    return value.get(name) if isinstance(value, Mapping) and value.keys() & SOURCES.keys() else value


def _text(value: Any) -> Text:
    return dict(value) if isinstance(value, Mapping) else {"id": str(value or ""), "en": str(value or "")}


def _is_power_of_two(code: str) -> bool:
    return code.isdigit() and int(code) > 0 and int(code) & (int(code) - 1) == 0
