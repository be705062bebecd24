"""The packages, which pyproject.toml cannot place: `schemas/` ships as ``ckanext.lebak.schemas``."""

from setuptools import find_namespace_packages, setup

setup(
    packages=[*find_namespace_packages(include=["ckanext.lebak", "ckanext.lebak.*"]), "ckanext.lebak.schemas"],
    package_dir={"ckanext.lebak.schemas": "schemas"},
    include_package_data=True,
)
