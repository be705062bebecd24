"""What a page says to who may not see it, or where there is none: for all views of a blueprint."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound

from ckanext.lebak.people.signed_in import signed_in


def refuse_in_words(blueprint: Blueprint) -> None:
    """Has the refusals of actions answered by pages with their sentence; a visitor is led to the login page.

    Args:
        blueprint: Whose views call actions.
    """
    blueprint.register_error_handler(tk.NotAuthorized, _not_theirs)
    blueprint.register_error_handler(tk.ObjectNotFound, _nothing)
    blueprint.register_error_handler(tk.ValidationError, _nonsense)


def _not_theirs(error: Any) -> ResponseReturnValue:
    if signed_in() is None and request.method == "GET":
        answer: Response = tk.redirect_to("user.login", came_from=request.full_path)
        return answer
    return _page(Forbidden(str(error.message or tk._("This page is not yours."))))


def _nothing(error: Any) -> ResponseReturnValue:
    return _page(NotFound(str(error.message or tk._("There is no such page."))))


def _nonsense(error: Any) -> ResponseReturnValue:
    """What an address says that no form would send."""
    return _page(BadRequest(" ".join(sentence for told in error.error_dict.values() for sentence in told)))


def _page(error: HTTPException) -> ResponseReturnValue:
    # CKAN's own page of errors. An exception from here would be answered as a fault of the site.
    told = {"code": error.code, "name": error.name, "content": error.description, "show_login_redirect_link": False}
    return tk.render("error_document_template.html", told), error.code or 500
