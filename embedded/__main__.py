"""The commands of the Makefile: ``python -m embedded [--instance NAME] COMMAND ...``.

up [--port N] [--no-demo]  bring the catalog up      status            what runs, where, with which version
down                       stop what up started      ckan ARGUMENTS    run a ckan command in the catalog
restart                    web and worker again      test [ARGUMENTS]  run the tests, all or some
reset                      stop and forget all data  bench [SIZES]     our feed beside ckanext-dcat's
"""

from __future__ import annotations

import argparse
import os
import sys

from embedded.problem import Problem

COMMANDS = ("up", "down", "restart", "reset", "status", "ckan", "test", "bench")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code; a Problem becomes one sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m embedded", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--instance", default=os.environ.get("INSTANCE", "dev"), help="which catalog, a folder of var/")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen.command, chosen.arguments, chosen.instance)
    except Problem as problem:
        print(problem, file=sys.stderr)
    except PermissionError as error:
        print(
            f"{error.filename} belongs to another user: run the command as the user who made var/, or remove var/.",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        return 130
    return 1


def _run(command: str, arguments: list[str], instance: str) -> int:
    from embedded.catalog import Catalog

    match command:
        case "up":
            _up(arguments, instance)
        case "down":
            stopped = Catalog(instance).down()
            _say(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
        case "restart":
            catalog = Catalog(instance)
            catalog.restart()
            _say(f"The catalog answers at {catalog.site.url}")
        case "reset":
            Catalog(instance).reset()
            _say("The catalog is forgotten; make up begins anew.")
        case "status":
            for name, state, version, address in Catalog(instance).status():
                _say(f"{name:<11} {state:<15} {version:<28} {address}".rstrip())
        case "ckan":
            return Catalog(instance).ckan(arguments)
        case "test":
            from embedded.suite import run

            return run(arguments, instance)
        case "bench":
            return _bench(arguments, instance)
    return 0


def _up(arguments: list[str], instance: str) -> None:
    from embedded.catalog import Catalog

    parser = argparse.ArgumentParser(prog="python -m embedded up")
    parser.add_argument("--port", type=int, help="the port of the web (at first 5000, then the last one)")
    parser.add_argument("--demo", action=argparse.BooleanOptionalAction, help="with or without the demonstration data")
    chosen = parser.parse_args(arguments)
    Catalog(instance, chosen.port).up(_say, demo=chosen.demo)
    _say('A login for an admin (it asks for address and password): make ckan ARGS="sysadmin add --create NAME"')


def _bench(arguments: list[str], instance: str) -> int:
    from embedded.bench import SECONDS, SIZES, bench

    parser = argparse.ArgumentParser(prog="python -m embedded bench")
    parser.add_argument("datasets", type=int, nargs="*", default=SIZES, help="how many, a site for each number")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for how long writers and crawlers are at work")
    chosen = parser.parse_args(arguments)
    return bench(chosen.datasets, chosen.seconds, instance, _say)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
