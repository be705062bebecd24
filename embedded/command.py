"""CKAN's command line, as ``python -m embedded.command``: libmagic first, then ``ckan``."""

from __future__ import annotations

from embedded import libmagic  # noqa: F401

# isort: split

from ckan.cli.cli import ckan

if __name__ == "__main__":
    ckan(prog_name="ckan")
