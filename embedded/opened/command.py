"""CKAN's command line with the gate open, as ``python -m embedded.opened.command``."""

from __future__ import annotations

from embedded import libmagic  # noqa: F401

# isort: split

from ckan.cli.cli import ckan

from embedded.opened import open_gate

if __name__ == "__main__":
    with open_gate():
        ckan(prog_name="ckan")
