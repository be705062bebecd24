"""`ckan lebak user`: one person, a spreadsheet of people, invitations."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ckan import model
from ckan.cli.cli import ckan

from ckanext.lebak.people.capacities import holds
from ckanext.lebak.people.membership import capacity_in
from tests.people_factory import HEAD, OPERATOR, STRANGER, SYSADMIN, Cast, acts, name_of

pytestmark = pytest.mark.usefixtures("mail_from")

HEADINGS = ("Nama akun", "Surel", "OPD", "Kapasitas", "Nama lengkap", "Sampai")
PEOPLE = (
    ("operator-satu", "satu@example.org", "SIMDIN", "operator", "Simulasi Satu", None),
    ("kepala-satu", "kepala@example.org", "sim-dinas", "Kepala", None, None),
    ("walidata-satu", "walidata@example.org", "diskominfosp", "walidata", None, "2098-12-31"),
    ("walidata-satu", "walidata@example.org", "diskominfosp", "operator", None, None),
)


@pytest.fixture
def office(cast: Cast) -> str:
    """The office of the cast, with an abbreviation."""
    group: Any = model.Group.get(cast.office)
    group.extras = {**group.extras, "singkatan": "SIMDIN"}
    model.Session.commit()
    return group.id


@pytest.fixture
def run(cli: Any, cast: Cast) -> Any:
    def run_(*arguments: str) -> Any:
        result = cli.invoke(ckan, ["lebak", "user", *arguments])
        model.Session.remove()
        return result

    return run_


def workbook(path: Path, *rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> str:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (headings, *rows):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    file = path / "petugas.xlsx"
    file.write_bytes(content.getvalue())
    return str(file)


def capacity(name: str, organization: str) -> str | None:
    user = model.User.get(name)
    return capacity_in(organization, user.id) if user else None


def test_a_spreadsheet_is_loaded_and_can_be_loaded_again(
    run: Any, office: str, tmp_path: Path, mail_server: Any
) -> None:
    file = workbook(tmp_path, *PEOPLE)
    trial = run("load", file, "--dry-run")
    assert trial.exit_code == 0, trial.output
    assert model.User.get("operator-satu") is None
    assert acts() == []
    result = run("load", file)
    assert result.exit_code == 0, result.output
    assert (capacity("operator-satu", office), capacity("kepala-satu", office)) == ("editor", "admin")
    user = model.User.get("walidata-satu")
    assert user is not None
    assert user.state == "pending"
    assert not holds(user, "walidata")  # until they have a password
    user.state = "active"
    assert holds(user, "walidata")
    model.Session.commit()
    assert len(mail_server.get_smtp_messages()) == 3
    assert [act for _, act, _ in acts()] == ["member.grant", "member.grant", "capacity.grant", "member.grant"]
    again = run("load", file)
    assert again.exit_code == 0, again.output
    assert len(acts()) == 4
    assert len(mail_server.get_smtp_messages()) == 3


WRONG_ROWS = (
    (("", "a@example.org", "sim-dinas", "operator"), "nama akun"),
    (("nama dengan spasi", "b@example.org", "sim-dinas", "operator"), "nama akun"),
    (("akun-c", "bukan surel", "sim-dinas", "operator"), "surel"),
    (("akun-d", "", "sim-dinas", "operator"), "surel"),
    (("akun-e", "e@example.org", "Dinas Tidak Ada", "operator"), "opd"),
    (("akun-f", "f@example.org", "sim-dinas", "raja"), "kapasitas"),
    (("akun-g", "g@example.org", "sim-dinas", "walidata"), "opd"),
    (("akun-h", "h@example.org", "diskominfosp", "walidata", None, "besok"), "sampai"),
    (("akun-i", "i@example.org", "diskominfosp", "walidata", None, "2026-01-01"), "sampai"),
    (("akun-j", "j@example.org", "sim-dinas", "operator", None, "2098-01-01"), "sampai"),
    ((name_of(OPERATOR), "lain@example.org", "sim-dinas", "operator"), "nama akun"),
    (("akun-k", f"{name_of(OPERATOR)}@example.org", "sim-dinas", "operator"), "surel"),
    ((name_of(HEAD), f"{name_of(HEAD)}@example.org", "sim-dinas", "operator"), "kapasitas"),
    (("operator-satu", "dua@example.org", "sim-dinas-lain", "operator"), "surel"),
    (("operator-dua", "satu@example.org", "sim-dinas", "operator"), "surel"),
    (("operator-satu", "satu@example.org", "sim-dinas", "kepala"), "nama akun"),
)


@pytest.mark.usefixtures("office")
def test_every_problem_is_named_by_row_and_column_and_nothing_is_done(
    run: Any, tmp_path: Path, mail_server: Any
) -> None:
    result = run("load", workbook(tmp_path, *PEOPLE, *(row for row, _ in WRONG_ROWS)))
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    for number, (row, column) in enumerate(WRONG_ROWS, start=len(PEOPLE) + 2):
        assert [line for line in lines if f" {number}, " in line and f'"{column}"' in line], (row, result.output)
    assert len(lines) == len(WRONG_ROWS) + 1
    assert model.User.get("operator-satu") is None
    assert mail_server.get_smtp_messages() == []


def test_a_file_that_cannot_be_read_is_told(run: Any, tmp_path: Path) -> None:
    text = tmp_path / "petugas.txt"
    text.write_text("x")
    damaged = tmp_path / "rusak.xlsx"
    damaged.write_bytes(b"x")
    empty = tmp_path / "kosong.csv"
    empty.write_text("")
    for file in (str(text), str(damaged), str(empty), workbook(tmp_path, headings=("Nama akun", "Surel"))):
        result = run("load", file)
        assert (result.exit_code, bool(result.output)) == (1, True), file


def test_csv_with_semicolons_is_read(run: Any, office: str, tmp_path: Path, mail_server: Any) -> None:
    file = tmp_path / "petugas.csv"
    file.write_text("nama akun;surel;opd;kapasitas\noperator-satu;satu@example.org;sim-dinas;operator\n")
    assert run("load", str(file)).exit_code == 0
    assert capacity("operator-satu", office) == "editor"


def test_a_failing_mail_server_loses_nothing(run: Any, office: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("ckan.lib.mailer.mail_user", down)
    result = run("add", "operator-satu", "--opd", "sim-dinas", "--as", "operator", "--email", "satu@example.org")
    assert result.exit_code == 1
    assert "ckan lebak user invite operator-satu" in result.output
    assert capacity("operator-satu", office) == "editor"
    assert run("invite", "operator-satu").exit_code == 1
    sent: list[Any] = []
    monkeypatch.setattr("ckan.lib.mailer.mail_user", lambda *letter: sent.append(letter))
    assert run("invite", "operator-satu").exit_code == 0
    assert len(sent) == 1
    assert run("invite", name_of(STRANGER)).exit_code == 1


def test_one_person_is_added_in_somebodys_name(run: Any, cast: Cast) -> None:
    by = ("--by", name_of(SYSADMIN))
    arguments = ("--opd", "diskominfosp", "--as", "walidata", "--until", "2098-12-31")
    result = run("add", name_of(STRANGER), *arguments, *by)
    assert result.exit_code == 0, result.output
    assert holds(cast.user(STRANGER), "walidata")
    assert acts() == [(name_of(SYSADMIN), "capacity.grant", name_of(STRANGER))]
    assert run("add", name_of(STRANGER), "--opd", "sim-dinas", "--as", "kepala").exit_code == 0
    assert acts()[-1] == ("(perintah)", "member.grant", name_of(STRANGER))


@pytest.mark.parametrize(
    "arguments",
    [
        ("baru", "--opd", "sim-dinas", "--as", "operator"),  # no address
        (name_of(STRANGER), "--opd", "tidak-ada", "--as", "operator"),
        (name_of(STRANGER), "--opd", "sim-dinas", "--as", "walidata"),
        (name_of(STRANGER), "--opd", "sim-dinas", "--as", "operator", "--until", "2098-12-31"),
        (name_of(STRANGER), "--opd", "sim-dinas", "--as", "operator", "--by", "tidak-ada"),
        (name_of(STRANGER), "--opd", "sim-dinas", "--as", "kepala", "--by", name_of(STRANGER)),
        (name_of(STRANGER), "--opd", "diskominfosp", "--as", "walidata", "--by", name_of(STRANGER)),
    ],
)
def test_what_is_not_allowed_is_not_allowed_from_the_command_line_either(run: Any, arguments: tuple[str, ...]) -> None:
    result = run("add", *arguments)
    assert (result.exit_code, bool(result.output)) == (1, True)
    assert acts() == []
