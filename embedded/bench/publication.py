"""What it costs to publish: everything from nothing, and one dataset in a hundred after a change."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from embedded.bench.database import change, forget_feed, public_ids, stored_documents
from embedded.bench.pages import stock_seconds
from embedded.bench.report import Report, at_least, at_most
from embedded.bench.sites import Pair
from embedded.problem import Problem
from embedded.site import Site
from embedded.stack import ROOT

#: Processes of a rebuild, each on a core of its own.
CORES = 2


def publication(pair: Pair, report: Report) -> None:
    """Tells how fast everything is published, beside a core of the stock side, and what a hundredth of it costs."""
    report.head(f"Publishing, {pair.size:,} datasets")
    forget_feed(pair.ours)
    before = stock_seconds(pair)
    whole = publish(pair.ours, "rebuild")
    stock = [(one + other) / 2 for one, other in zip(before, stock_seconds(pair), strict=True)]
    _all_there(whole["published"], pair.size)
    rate, formats = pair.size / whole["seconds"] / CORES, stored_documents(pair.ours) / pair.size
    theirs = 1 / sum(stock)
    what = f"cold rebuild, each core, all {formats:.0f} formats"
    report.compare(what, rate, theirs, rate / theirs, "/s", goal=at_least(3), beside=f"stock, all {len(stock)}")
    what = f"  in documents, {formats:.0f} for each dataset"
    report.compare(what, rate * formats, 1 / min(stock), rate * formats * min(stock), "/s", beside="stock's fastest")
    what = "  in datasets beside one format of stock"
    report.compare(what, rate, 1 / min(stock), rate * min(stock), "/s", beside="stock's fastest")
    report.tell(f"cold rebuild on {CORES} cores", whole["seconds"], "s")
    part = max(1, pair.size // 100)
    change(pair.ours, public_ids(pair.ours)[: part + 1])
    again = publish(pair.ours, "refresh")
    _all_there(again["published"], part)
    share = again["seconds"] / (whole["seconds"] * CORES) * 100
    report.tell(f"refresh after {part} changes", again["seconds"], "s")
    report.tell("  share of a whole rebuild on one core", share, "%", goal=at_most(1.5))


def publish(site: Site, what: str) -> dict[str, Any]:
    """Publishes in a process of its own.

    Args:
        site: The site.
        what: ``rebuild`` or ``refresh``.

    Returns:
        ``seconds`` that it took, and ``published``, the number of records.

    Raises:
        Problem: It failed.
    """
    command = [sys.executable, "-m", "embedded.bench.inside", str(site.ini), what]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(f"Publishing failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _all_there(found: int, wanted: int) -> None:
    if found != wanted:
        raise Problem(f"{found} datasets were published, {wanted} were to be.")
