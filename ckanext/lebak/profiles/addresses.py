"""The addresses of records and files, kept fit for RDF.

ckanext-dcat takes the address that a record brings along (``uri``) as it is, and one that is none breaks the page it
is on: no Turtle is written, and JSON-LD loses the record.
"""

from __future__ import annotations

from typing import Any

from ckanext.dcat.utils import catalog_uri

from ckanext.lebak.profiles.terms import iri


class Addresses:
    """Encodes what is not allowed in an IRI; gives a record whose own address is none the one of this site.

    The methods of ckanext-dcat's ``IDCATURIGenerator``.
    """

    def dataset_uri(self, dataset_dict: dict[str, Any], default_uri: str) -> str:
        """The address of a record.

        Args:
            dataset_dict: The dataset.
            default_uri: What ckanext-dcat would take.

        Returns:
            The address.
        """
        return iri(default_uri) or f"{catalog_uri().rstrip('/')}/dataset/{dataset_dict.get('id')}"

    def resource_uri(self, resource_dict: dict[str, Any], default_uri: str) -> str:
        """The address of a file.

        Args:
            resource_dict: The resource.
            default_uri: What ckanext-dcat would take.

        Returns:
            The address.
        """
        own = f"/dataset/{resource_dict.get('package_id')}/resource/{resource_dict.get('id')}"
        return iri(default_uri) or catalog_uri().rstrip("/") + own
