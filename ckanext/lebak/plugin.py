"""The CKAN plugin: a table of contents, no logic."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.lib.plugins import DefaultTranslation
from ckanext.dcat.interfaces import IDCATURIGenerator

from ckanext.lebak.daily import Nights
from ckanext.lebak.desks.tables import forget as forget_tables
from ckanext.lebak.epss import answers
from ckanext.lebak.feed.application import FeedLayer
from ckanext.lebak.files import content
from ckanext.lebak.files.doors import StorageDoors
from ckanext.lebak.files.uploads import UploadHooks
from ckanext.lebak.logic import action, auth
from ckanext.lebak.organizations.images import OfficeImages
from ckanext.lebak.people.access import Sessions
from ckanext.lebak.people.starting import refuse_unsafe
from ckanext.lebak.profiles.addresses import Addresses
from ckanext.lebak.proposals import letters
from ckanext.lebak.release import gate, releases
from ckanext.lebak.release.hooks import ReleaseHooks
from ckanext.lebak.release.visibility import PermissionLabels
from ckanext.lebak.search import SearchHooks
from ckanext.lebak.subscriptions import Subscriptions
from ckanext.lebak.workbooks import importing


@tk.blanket.actions(action.available)
@tk.blanket.auth_functions(auth.available)
@tk.blanket.blueprints
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
@tk.blanket.validators
class LebakPlugin(
    Addresses,
    OfficeImages,
    SearchHooks,
    PermissionLabels,
    ReleaseHooks,
    Sessions,
    StorageDoors,
    Subscriptions,
    UploadHooks,
    DefaultTranslation,
    p.SingletonPlugin,
):
    """The catalog of Kabupaten Lebak under Satu Data Indonesia."""

    p.implements(IDCATURIGenerator, inherit=True)
    p.implements(p.IAuthenticator, inherit=True)
    p.implements(p.IConfigurable)
    p.implements(p.IConfigurer)
    p.implements(p.IFacets)
    p.implements(p.IFiles, inherit=True)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IPermissionLabels)
    p.implements(p.ISignal)
    p.implements(p.ITranslation)
    p.implements(p.IUploader, inherit=True)

    def update_config(self, config: Any) -> None:
        """Adds our templates, public files and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "lebak")

    def configure(self, config: Any) -> None:
        """Refuses to start with settings that open a way round the rules, and has CKAN's session ask the gate."""
        refuse_unsafe(config)
        gate.watch()
        content.KEEPERS[:] = [releases.refers_to, letters.refers_to, importing.refers_to, answers.refers_to]
        content.FORGETTERS[:] = [forget_tables]

    def make_middleware(self, app: Any, config: Any) -> Any:
        """Puts the feed in front of CKAN's session machinery, and in front of it who notices that a night has come."""
        app.wsgi_app = Nights(FeedLayer(app.wsgi_app, app), app)
        return app
