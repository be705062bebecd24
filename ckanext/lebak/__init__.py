"""The open data catalog of Kabupaten Lebak under Satu Data Indonesia, as an extension of CKAN 2.12."""

__version__ = "0.1.0"
