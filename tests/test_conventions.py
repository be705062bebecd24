"""The house rules that can be checked by a program."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import yaml
from ckan.plugins import toolkit as tk

import ckanext.lebak as package
from ckanext.lebak import config, helpers
from ckanext.lebak.logic import action, auth

ROOT = Path(__file__).parent.parent
SOURCES = sorted(Path(package.__file__).parent.rglob("*.py"))


def _declared() -> list[str]:
    text = (Path(package.__file__).parent / "config_declaration.yaml").read_text(encoding="utf-8")
    return [option["key"] for group in yaml.safe_load(text)["groups"] for option in group["options"]]


def test_every_option_is_documented_and_has_a_getter() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    constants = {value for name, value in vars(config).items() if name.isupper()}
    for key in _declared():
        assert f"`{key}`" in readme
        assert key in constants
    assert constants <= set(_declared())


def test_each_action_of_ours_has_its_auth_function_and_a_docstring() -> None:
    for name, function in action.FUNCTIONS.items():
        assert inspect.getdoc(function), name
        if name.startswith("lebak_"):
            assert name in auth.FUNCTIONS, name
    # One that is chained on an auth function of CKAN goes with CKAN's action.
    own = {name for name, rule in auth.FUNCTIONS.items() if not getattr(rule, "chained_auth_function", False)}
    assert own <= set(action.FUNCTIONS)


def test_helpers_are_prefixed_unless_they_chain_one_of_ckans() -> None:
    for name, function in inspect.getmembers(helpers, inspect.isfunction):
        if function.__module__ == helpers.__name__ and not name.startswith("_"):
            assert name.startswith("lebak_") or getattr(function, "chained_helper", False), name
            assert callable(getattr(tk.h, name))


def test_everything_public_has_a_docstring_and_types() -> None:
    for path in SOURCES:
        if "migration" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree) or not tree.body, path
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                place = f"{path.name}:{node.name}"
                arguments = [a for a in [*node.args.args, *node.args.kwonlyargs] if a.arg not in ("self", "cls")]
                assert node.returns is not None, place
                assert all(argument.annotation is not None for argument in arguments), place


def test_no_statement_is_built_from_text_and_nothing_reads_with_ignored_rights() -> None:
    """`ignore_auth` is for what the site does on its own behalf: loaders and worker, never what a reader asks."""
    allowed = {"loading.py", "status.py", "subscriptions.py"}
    allowed |= {"searching.py", "masking.py", "files.py"}  # these only look whether CKAN says that the site asks
    # A move of a record is checked by the rules of its release, and carried out by the site.
    allowed |= {"workflow.py", "working_copy.py", "handing_in.py", "priority.py", "guarding.py", "commands.py"}
    # An invited account is made as CKAN's own `user_invite` makes it, once its rule has let the caller through.
    allowed |= {"people.py", "inviting.py"}
    allowed |= {"erasing.py"}
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bsa\.text\(|(?<![\w.])text\(\s*f?[\"']", text), path
        assert "ignore_auth" not in text or path.name in allowed, path


def test_templates_mark_no_user_text_as_safe_and_name_no_other_host() -> None:
    templates = Path(package.__file__).parent / "templates"
    for path in templates.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for forbidden in ("|safe", "<script", "style=", "//cdn", "https://"):
            assert forbidden not in text, path
