"""Where the picture of an office is, for those who read of the office in a record."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ckan.types import Context

from ckanext.lebak.profiles.sdi import current_site


def image_address(image_url: str | None, pages: str) -> str | None:
    """The public address of a picture.

    Args:
        image_url: What is stored: an address, or the name of an uploaded file.
        pages: Head of the addresses of the site's pages, without a slash at the end.
    """
    if not image_url or image_url.startswith(("http://", "https://")):
        return image_url
    return f"{pages}/uploads/group/{quote(image_url)}"


class OfficeImages:
    """The part of IPackageController that completes the office of a record."""

    def after_dataset_show(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """Gives the picture's address. CKAN gives the name of the uploaded file, which leads nowhere."""
        office = pkg_dict.get("organization")
        if office:
            office["image_url"] = image_address(office.get("image_url"), current_site().pages)
