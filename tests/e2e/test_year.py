"""A year of the Forum in the browser: promised, described, proposed, agreed on, changed, and printed for the meeting.

All of it is simulated. With ``LEBAK_PICTURES`` set to a folder its pages are kept there as pictures of the guide.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import requests
from openpyxl.utils import get_column_letter
from pypdf import PdfReader
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from ckanext.lebak.planning.spreadsheet import HEADINGS
from ckanext.lebak.statistics.questions import form
from ckanext.lebak.workbooks import layout
from ckanext.lebak.workbooks.writing import Filled, workbook
from tests.days import in_days, today
from tests.e2e.test_proposals import record
from tests.e2e.test_story import picture
from tests.proposals.factory import LETTER, complete_proposal
from tests.statistics_factory import complete_activity
from tests.steps import act, fill, follow, sign_in, sign_up, text, values

if TYPE_CHECKING:
    from embedded.site import Site

OFFICE, COORDINATOR, CUSTODIAN, SUPERVISOR = "dp3ap2kb", "bapperida", "diskominfosp", "bps-lebak"
RUN = uuid.uuid4().hex[:6]
TODAY = in_days(0)
WORK, FORUM = "/daftar-data/kerja", "/daftar-data/koordinasi"
ANNUAL = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
NUMBER = f"K-26.3602.{int(RUN, 16) % 1000:03}"
TITLES = [
    f"SIMULASI: {title} ({RUN})"
    for title in (
        *("Peserta KB aktif", "Peserta KB baru", "Pasangan usia subur", "Keluarga berisiko stunting"),
        *("Korban kekerasan terhadap perempuan", "Korban kekerasan terhadap anak", "Perkawinan anak", "Forum anak"),
        *("Petugas lapangan KB", "Kampung keluarga berkualitas", "Bina keluarga balita", "Bina keluarga remaja"),
        *("Bina keluarga lansia", "Pusat pembelajaran keluarga"),
    )
]
QUESTIONS = {
    "iii_tujuan_kegiatan": "Simulasi: sebutkan pemakai hasilnya.",
    "iv_metode_pengumpulan_data": "Simulasi: mengapa bukan CAWI?",
}
"""What BPS asks about, by question."""


@dataclass
class Year:
    """The site, the browser and the people of the story.

    Attributes:
        year: Of the round: this one, or on a site where another run has opened that, the next one that is free.
        folder: For files that are sent.
    """

    site: Site
    browser: Chrome
    folder: Path
    year: int
    operator: str = f"operator-tahun-{RUN}"
    koordinator: str = f"koordinator-tahun-{RUN}"
    walidata: str = f"walidata-tahun-{RUN}"
    pembina: str = f"pembina-tahun-{RUN}"

    @property
    def last_day(self) -> str:
        """Of the year: what is promised for it is not late."""
        return f"{self.year}-12-31"

    def as_(self, name: str, address: str = "") -> None:
        """Signs somebody in, and opens a page."""
        self.browser.delete_all_cookies()
        sign_in(self.browser, self.site, name)
        if address:
            self.open(address)

    def open(self, address: str) -> None:
        """Opens a page."""
        self.browser.get(f"{self.site.url}{address}")

    def send_file(self, field: str, path: Path, button: str) -> None:
        """Chooses a file and sends its form."""
        self.browser.find_element(By.CSS_SELECTOR, field).send_keys(str(path))
        follow(self.browser, button)

    def printed(self, link: str) -> str:
        """What stands on the paper behind a link of the page, as whoever is signed in gets it."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.browser.get_cookies()}
        address = self.browser.find_element(By.CSS_SELECTOR, link).get_attribute("href") or ""
        answer = requests.get(address, cookies=cookies, timeout=60)
        assert answer.headers["Content-Type"] == "application/pdf", answer.text
        return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())


@pytest.fixture
def story(site: Site, browser: Chrome, tmp_path: Path) -> Year:
    """The people, and a year without a round."""
    made = Year(site, browser, tmp_path, today().year)
    for name in (made.operator, made.koordinator, made.walidata, made.pembina):
        sign_up(site, name)
    act(site, "organization_member_create", id=OFFICE, username=made.operator, role="editor")
    for name, office, capacity in (
        (made.koordinator, COORDINATOR, "koordinator"),
        (made.walidata, CUSTODIAN, "walidata"),
        (made.pembina, SUPERVISOR, "pembina"),
    ):
        act(site, "lebak_capacity_grant", user=name, organization=office, capacity=capacity)
    headers = {"Authorization": act(site, "api_token_create", user=made.koordinator, name="uji")["token"]}
    rounds = requests.get(f"{site.url}/api/3/action/lebak_round_list", headers=headers, timeout=30).json()["result"]
    opened = {each["year"] for each in rounds}
    made.year = next(year for year in range(made.year, made.year + 70) if year not in opened)
    return made


def test_a_year_of_the_forum(story: Year) -> None:
    open_round(story)
    promise_twelve(story)
    activities = import_two_years(story)
    let_bps_comment_and_agree(story, activities["2023"])
    propose_a_compilation(story)
    agree(story, f"SIM/{RUN}/1")
    assert listed(story, 1) == sorted(TITLES[:12])

    open_round(story)
    story.as_(story.operator)
    for title in TITLES[12:]:
        promise(story, {"title": title})
    follow(story.browser, "#serahkan")
    agree(story, f"SIM/{RUN}/2")
    assert listed(story, 2) == sorted(TITLES)
    assert listed(story, 1) == sorted(TITLES[:12])
    print_the_meeting(story, activities["2023"])


# --- the data list ----------------------------------------------------------------------------------------------------


def open_round(story: Year) -> None:
    story.as_(story.koordinator, FORUM)
    story.browser.execute_script("document.querySelectorAll('details').forEach(each => each.open = true)")
    fill(story.browser, {"year": str(story.year), "until": story.last_day})
    picture(story.browser, "forum-putaran")
    follow(story.browser, "form[action$='/buka'] [type=submit]")


def said(story: Year) -> dict[str, str]:
    return {
        "period": str(story.year - 1),
        "jadwal_rilis": story.last_day,
        "accrualPeriodicity": ANNUAL,
    }


def promise(story: Year, more: Mapping[str, str]) -> None:
    """Writes a promise in the form."""
    story.open(f"{WORK}/{story.year}/{OFFICE}/janji")
    fill(story.browser, {**said(story), **more})
    follow(story.browser, "#promise-edit [name=save]")


def promise_twelve(story: Year) -> None:
    """One in the form, eleven by spreadsheet; both with a mistake that is mended where it stands."""
    browser = story.browser
    story.as_(story.operator)
    promise(story, {"title": TITLES[0], "period": f"{story.year - 1}/{story.year}"})
    assert browser.find_elements(By.ID, "problem-period"), text(browser)
    assert values(browser, "title") == {"title": TITLES[0]}
    assert browser.find_element(By.ID, "problem-period").is_displayed()
    picture(browser, "forum-janji")
    fill(browser, {"period": str(story.year - 1)})
    follow(browser, "#promise-edit [name=save]")
    assert TITLES[0] in text(browser, "tbody")

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(HEADINGS.values()))
    for number, title in enumerate(TITLES[1:12]):
        row = {**said(story), "title": title, "accrualPeriodicity": "Tahunan", "accessRights": "Terbuka"}
        row |= {"jadwal_rilis": "akhir Maret"} if number == 0 else {}
        sheet.append([row.get(key) for key in HEADINGS])
    book.save(story.folder / "janji.xlsx")
    story.open(f"{WORK}/{story.year}/{OFFICE}/lembar")
    story.send_file("#berkas-janji", story.folder / "janji.xlsx", "#unggah [type=submit]")
    assert "E2" in text(browser, "#uji-coba")
    picture(browser, "forum-lembar")
    fill(browser, {"mend-2-jadwal_rilis": story.last_day})
    follow(browser, "#uji-coba [name=try]")
    follow(browser, "#uji-coba [name=write]")
    assert len(browser.find_elements(By.CSS_SELECTOR, "tbody tr[id^=janji-]")) == 12  # noqa: PLR2004
    follow(browser, "#serahkan")


def agree(story: Year, letter: str) -> None:
    """The coordinator closes the round, prints what is signed, and agrees on it."""
    browser = story.browser
    story.as_(story.koordinator, f"{FORUM}?tahun={story.year}")
    follow(browser, "#tutup")
    promised = len(TITLES) if letter.endswith("/2") else 12
    paper = story.printed(f"a[href*='.pdf'][href*='opd={OFFICE}']")
    assert f"memuat {promised} data yang dijanjikan" in paper
    assert all(title in paper for title in TITLES[:promised])
    signed = story.folder / "berita-acara-simulasi.pdf"
    signed.write_bytes(LETTER)
    fill(browser, {"letter": letter, "agreed_on": TODAY})
    picture(browser, f"forum-sepakati-{letter[-1]}")
    story.send_file("#sepakat-dokumen", signed, "#sepakati [type=submit]")
    assert letter in text(browser)


def listed(story: Year, version: int) -> list[str]:
    """The titles of an agreed version, as everybody reads them."""
    answer = requests.get(f"{story.site.url}/daftar-data/{story.year}.json?versi={version}", timeout=30).json()
    return sorted(one["title"] for one in answer["entries"])


# --- activities -------------------------------------------------------------------------------------------------------


def activity(year: str) -> dict[str, Any]:
    days = {"iii_jadwal_" + part: [f"{year}-03-01", f"{year}-04-30"] for part in ("desain", "analisis")}
    title = f"SIMULASI: kompilasi pelayanan KB ({RUN})"
    return complete_activity(title=title, tahun_kegiatan=year, cara_pengumpulan_data="3", name=None, **days)


def book_of(name: str, told: Mapping[str, Any]) -> bytes:
    """A workbook as somebody has filled it in."""
    described = form(name)
    answers = {key: told[key] for key in described.by_key if key in told}
    hidden = {key: answers.pop(key) for key in described.private_keys & answers.keys()}
    return workbook([Filled(name, answers, hidden)])


def mended(content: bytes, cells: Mapping[str, str]) -> bytes:
    """The workbook after somebody has typed into cells, each named ``sheet cell``."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        sheet, cell = place.rsplit(" ", 1)
        book[sheet][cell] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cell_of(content: bytes, key: str) -> str:
    """Where the answer to a question stands; of a variable, in the second row of answers."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for column, cell in enumerate(book["MS-Var"][layout.TOP - 1], 1):
        if cell.value == key:
            return f"MS-Var {get_column_letter(column)}{layout.TOP + 1}"
    row = next(cell.row for cell in book["MS-Keg"]["F"] if cell.value == key)
    return f"MS-Keg {book['MS-Keg'].cell(row, layout.ANSWER).coordinate}"


def send_books(story: Year, books: Mapping[str, bytes]) -> None:
    path = story.folder / "tahun-2023-2024.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in books.items():
            archive.writestr(f"{name}.xlsx", content)
    story.open("/formulir/")
    story.send_file("#formulir-berkas", path, "form[enctype] [type=submit]")


def import_two_years(story: Year) -> dict[str, str]:
    """Sends the forms of 2023 and 2024 in one file, mends what is wrong, and hands both in; their addresses."""
    browser = story.browser
    story.as_(story.operator)
    books = {year: book_of("MS-Keg", activity(year)) for year in ("2023", "2024")}
    mail, years = cell_of(books["2023"], "i_email"), cell_of(books["2024"], "tahun_kegiatan")
    open_to_all = cell_of(books["2024"], "apakah_variabel_bisa_diakses_umum")
    wrong = {
        "2023": mended(books["2023"], {mail: "bukan surel"}),
        "2024": mended(books["2024"], {years: "24", open_to_all: "mungkin"}),
    }
    send_books(story, wrong)
    told = [row.text for row in browser.find_elements(By.CSS_SELECTOR, ".lebak-record tbody tr")]
    picture(browser, "forum-formulir")
    assert len(told) == 3, told  # noqa: PLR2004
    for place in (mail, years, open_to_all):
        assert any(row.startswith(place) for row in told), told
    assert not browser.find_elements(By.CSS_SELECTOR, "form[action$='/tulis']")

    send_books(story, books)
    assert not browser.find_elements(By.CSS_SELECTOR, ".lebak-record tbody tr")
    follow(browser, "form[action$='/tulis'] [type=submit]")
    links = browser.find_elements(By.CSS_SELECTOR, ".lebak-record h2 a")
    names = [(link.get_attribute("href") or "").rstrip("/").rsplit("/", 1)[-1] for link in links]
    assert len(names) == 2, text(browser)  # noqa: PLR2004
    for name in names:
        story.open(f"/dataset/{name}/serahkan")
        follow(browser, "form[action$='/serahkan'] [type=submit]")
        assert not browser.current_url.endswith("/serahkan"), text(browser)
    return dict(zip(("2023", "2024"), names, strict=True))


def let_bps_comment_and_agree(story: Year, name: str) -> None:
    """BPS puts a note at two questions and agrees; the office answers, and the walidata releases."""
    browser = story.browser
    id_ = act(story.site, "package_show", id=name)["id"]
    story.as_(story.pembina, "/meja-pembina")
    follow(browser, f"a[href$='{id_}']")
    for number, (key, comment) in enumerate(QUESTIONS.items()):
        follow(browser, f"[data-field='{key}'] button")
        fill(browser, {f"note-{number}-text": comment})
    browser.execute_script("document.querySelector('#tinjauan').scrollIntoView({behavior: 'instant'})")
    picture(browser, "forum-pembina")
    follow(browser, "button[name=act][value=agree]")

    story.as_(story.operator, f"/dataset/{name}/catatan")
    notes = text(browser, ".lebak-notes")
    assert all(comment in notes for comment in QUESTIONS.values())
    story.as_(story.walidata, f"/meja-walidata/{id_}")
    assert all(comment in text(browser, "#catatan") for comment in QUESTIONS.values())
    follow(browser, "button[name=act][value=approve]")
    assert requests.get(f"{story.site.url}/kegiatan-statistik/{name}", timeout=30).ok


# --- a proposal -------------------------------------------------------------------------------------------------------


def propose_a_compilation(story: Year) -> None:
    """From the workbook of FP-KPA to the activity, with a number that needs its letter."""
    browser = story.browser
    told = complete_proposal(title=f"SIMULASI: kompilasi {story.year} ({RUN})", tahun_kegiatan=str(story.year))
    path = story.folder / "fp-kpa.xlsx"
    path.write_bytes(book_of("FP-KPA", told))
    story.as_(story.operator, "/formulir/")
    story.send_file("#formulir-berkas", path, "form[enctype] [type=submit]")
    follow(browser, "form[action$='/tulis'] [type=submit]")
    link = browser.find_element(By.CSS_SELECTOR, ".lebak-record h2 a").get_attribute("href") or ""
    name = link.rstrip("/").rsplit("/", 1)[-1]
    story.open(f"/dataset/{name}/serahkan")
    follow(browser, "form[action$='/serahkan'] [type=submit]")

    story.as_(story.walidata, f"/meja-walidata/{act(story.site, 'package_show', id=name)['id']}")
    follow(browser, "#tinjauan [value=pass_on]")
    for what in ("belum_divalidasi", "dalam_proses_validasi", "lengkap", "layak"):
        record(browser, story.site, name, what)
    fill(browser, {"number": NUMBER})
    follow(browser, "form[action$='/nomor'] [type=submit]")
    assert browser.find_elements(By.CSS_SELECTOR, ".alert-danger")
    assert values(browser, "number") == {"number": NUMBER}
    picture(browser, "forum-nomor")
    letter = story.folder / "surat-simulasi.pdf"
    letter.write_bytes(LETTER)
    story.send_file("#nomor-upload", letter, "form[action$='/nomor'] [type=submit]")
    assert NUMBER in text(browser)
    story.as_(story.operator, f"/usulan-rekomendasi/{name}/romantik")
    follow(browser, "form[action$='/kegiatan'] [type=submit]")
    assert NUMBER in text(browser)


# --- the meeting ------------------------------------------------------------------------------------------------------


def print_the_meeting(story: Year, released: str) -> None:
    """The coordinator writes down what was decided and prints the numbers; the public reads the county's."""
    browser = story.browser
    decided = f"SIMULASI {RUN}: menyerahkan tabel peserta KB"
    story.as_(story.koordinator, f"/forum/?tahun={story.year}")
    fill_in_details(browser, {"held_on": TODAY, "subject": f"SIMULASI {RUN}: rapat Forum"})
    follow(browser, "form[action*='/rapat'] [type=submit]")
    fill_in_details(browser, {"text": decided, "due": story.last_day, "organization": OFFICE})
    picture(browser, "forum-keputusan")
    follow(browser, "form[action*='/keputusan?'] [type=submit], form[action$='/keputusan'] [type=submit]")
    row = browser.find_element(By.XPATH, f"//tr[.//a[contains(@href, '/forum/opd/{OFFICE}')]]").text
    assert f" {len(TITLES)} 0 {len(TITLES)} 0 " in f" {row} "
    picture(browser, "forum-angka")
    paper = story.printed("a[href*='/forum/cetak.pdf']")
    assert f"Dijanjikan {len(TITLES)} data: 0 sudah rilis, {len(TITLES)} belum jatuh tempo, 0 terlambat" in paper
    assert decided in paper

    story.as_(story.operator, f"/forum/opd/{OFFICE}?tahun={story.year}")
    assert decided in text(browser, "article")
    picture(browser, "forum-opd")
    story.open(f"/forum/opd/{OFFICE}?tahun=2023")
    assert f"{RUN}" in text(browser, "#kegiatan + ul")
    assert browser.find_elements(By.CSS_SELECTOR, f"#kegiatan + ul a[href$='{released}']")
    browser.delete_all_cookies()
    story.open(f"/forum/?tahun={story.year}")
    assert decided not in text(browser)
    story.open(f"/daftar-data?tahun={story.year}")
    picture(browser, "forum-daftar")
    assert len(browser.find_elements(By.CSS_SELECTOR, "tbody tr")) == len(TITLES)


def fill_in_details(browser: Chrome, given: Mapping[str, str]) -> None:
    browser.execute_script("document.querySelectorAll('details').forEach(each => each.open = true)")
    fill(browser, given)
