"""Every address that gives a file or its rows asks who may take it, and notes that it was taken."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request

from ckanext.lebak.files import readings
from ckanext.lebak.files.access import access_of, is_open, may_read_file
from ckanext.lebak.logic.auth.files import refused
from ckanext.lebak.people.signed_in import signed_in

__all__ = ["lebak_downloads"]

lebak_downloads = Blueprint("lebak_downloads", __name__)

_DOWNLOAD = "resource.download"  # also dataset_resource.download, and that of each type of record
_BY_RESOURCE = (_DOWNLOAD, "resource.view", "datastore.dump", "datastore.api_info")
_BY_VIEW = ("datatablesview.ajax", "datatablesview.filtered_download")


@lebak_downloads.before_app_request
def _ask() -> None:
    """Refuses who may not take the file, before a view begins. CKAN's views ask only whether the record may be seen."""
    resource = _resource()
    if resource is None or resource.package is None:
        return  # the view says that there is no such thing
    if not is_open(access_of(resource.package)):
        request.environ["__no_cache__"] = True  # CKAN's mark, where it would let caches keep the answer
    user = signed_in()
    if may_read_file(user, resource.package, resource):
        return
    try:
        tk.check_access("package_show", {"user": user.name if user else ""}, {"id": resource.package_id})
    except tk.NotAuthorized:
        tk.abort(404, tk._("Resource not found"))
    tk.abort(403, refused())


@lebak_downloads.after_app_request
def _note(response: Response) -> Response:
    """Notes a download, and has it saved instead of shown.

    CKAN serves an upload inline with the type that its editor typed: a script could run here.
    """
    if not (request.endpoint or "").endswith(_DOWNLOAD) or response.status_code not in (200, 206, 302):
        return response
    resource = _resource()
    if resource is None:
        return response
    if not is_open(access_of(resource.package)):
        response.headers["Cache-Control"] = "private, no-store"
    if response.status_code != 302:  # noqa: PLR2004
        filename = response.headers.get("Content-Disposition", "").partition(";")[2]
        response.headers["Content-Disposition"] = f"attachment;{filename}" if filename else "attachment"
    # A file that is fetched in parts is taken once.
    begins = response.headers.get("Content-Range", "bytes 0-").startswith("bytes 0-")
    if request.method == "GET" and (begins or not is_open(access_of(resource.package))):
        readings.note(signed_in(), resource.package, resource, readings.DOWNLOAD)
    return response


def _resource() -> model.Resource | None:
    """The resource whose file the request is for."""
    endpoint, given = request.endpoint or "", request.view_args or {}
    if endpoint.endswith(_BY_RESOURCE):
        return model.Resource.get(str(given.get("resource_id")))
    if endpoint in _BY_VIEW:
        view = model.ResourceView.get(str(given.get("resource_view_id")))
        return model.Resource.get(view.resource_id) if view else None
    return None
