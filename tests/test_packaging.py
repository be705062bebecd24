"""What is in the folders of the source is in the wheel, and works from there."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: Each folder of the source and where its files are in the wheel.
SHIPPED = {"ckanext/lebak": "ckanext/lebak", "schemas": "ckanext/lebak/schemas"}
#: Kinds of files that must be there at all: a wheel without them would pass a mere comparison of two empty lists.
KINDS = (
    "schemas/*.yaml",
    "ckanext/lebak/config_declaration.yaml",
    "ckanext/lebak/templates/**/*.html",
    "ckanext/lebak/assets/**/webassets.yml",
    "ckanext/lebak/vocabularies/*.csv",
    "ckanext/lebak/i18n/id/LC_MESSAGES/ckanext-lebak.mo",
)
#: Asked of the installed wheel, without CKAN: everything that is read through the package.
FIND = """
from importlib import metadata, resources
schemas = resources.files("ckanext.lebak.schemas")
print(sorted(file.name for file in schemas.iterdir() if file.name.endswith(".yaml")))
lebak = resources.files("ckanext.lebak")
print(lebak.joinpath("i18n/id/LC_MESSAGES/ckanext-lebak.mo").is_file())
print(metadata.version("ckanext-lebak"))
print(sorted(f"{point.group} {point.name}" for point in metadata.distribution("ckanext-lebak").entry_points))
"""


def sources() -> Iterator[Path]:
    """Yields every file that git tracks or would track, relative to the clone."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    yield from (Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sdist and wheel, the wheel built from the sdist, both from a copy without leftovers of builds."""
    copy = tmp_path_factory.mktemp("source")
    for name in sources():
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The built wheel."""
    return next(built.glob("*.whl"))


def test_wheel_has_every_file_of_the_source(wheel: Path) -> None:
    expected = {
        f"{place}/{name.relative_to(folder)}"
        for name in sources()
        for folder, place in SHIPPED.items()
        if name.is_relative_to(folder)
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == expected


@pytest.mark.parametrize("kind", KINDS)
def test_source_has_files_of_each_kind(kind: str) -> None:
    assert list(ROOT.glob(kind))


def test_sdist_has_what_a_rebuild_and_the_tests_need(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {str(name) for name in sources() if name.parts[0] in ("ckanext", "schemas", "tests")}
    assert wanted <= packed
    assert {"LICENSE", "MANIFEST.in", "pyproject.toml", "setup.py", "test.ini"} <= packed


def test_installed_wheel_finds_its_files(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    uv = Path(sys.prefix) / "bin" / "uv"
    command = [str(uv), "pip", "install", "--offline", "--no-deps", "--python", str(python), str(wheel)]
    environment = {**os.environ, "UV_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = subprocess.run([str(python), "-I", "-c", FIND], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    schemas, translated, version, points = found.stdout.splitlines()
    assert schemas == str(sorted(path.name for path in (ROOT / "schemas").glob("*.yaml")))
    assert translated == "True"
    assert version == "0.1.0"
    assert points == str(["ckan.plugins lebak", "ckan.rdf.profiles sdi"])
