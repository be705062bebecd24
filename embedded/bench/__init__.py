"""`make bench`: our feed beside ckanext-dcat's, on the same data, in the same run.

The services and sites are its own (``var/bench``) and end with it. For each size there are two web servers of one
process each on one database and one index: ours, and CKAN with ckanext-dcat and the same schema, without us. What is
compared is measured in turns.

================  ======================================================================================================
``database``      what it does to the database past CKAN
``seeding``       many datasets out of a few
``sites``         the two sites of a size
``client``        a client that costs little beside what it measures
``timing``        measuring in turns
``report``        a line for each number: ours, stock, ratio, goal, whether it is met
``pages``         pages of the site and of the catalogue
``dump``          the dump of everything, its speed and its memory
``publication``   publishing everything, or what was changed (``inside`` is the process that does it)
``stream``        following the change stream
``desk``          the desk of the walidata with many hand-ins
``workbooks``     a thousand workbooks in one job, while people read
``crawling``      writers and crawlers at the same time
================  ======================================================================================================
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence

from embedded.bench.crawling import crawling
from embedded.bench.desk import desk
from embedded.bench.dump import dump
from embedded.bench.pages import PAGE, catalogue, page_sizes, sizes, website
from embedded.bench.publication import publication
from embedded.bench.report import Report
from embedded.bench.sites import Pair, make_pair
from embedded.bench.stream import stream
from embedded.bench.workbooks import workbooks
from embedded.problem import Problem
from embedded.site import stop_all
from embedded.stack import Stack

SIZES = (2_000, 20_000)
#: For how long writers and crawlers are at work.
SECONDS = 60.0


def bench(wanted: Sequence[int], seconds: float, instance: str, say: Callable[[str], None]) -> int:
    """Measures everything and tells it.

    Args:
        wanted: How many datasets the sites have, a pair of sites for each number.
        seconds: For how long writers and crawlers are at work.
        instance: Names the stack, so that several people can measure in one clone.
        say: Called with each line.

    Returns:
        0, or 1 when a goal was missed.

    Raises:
        Problem: A number is too small.
    """
    if min(wanted) < PAGE:
        raise Problem(f"A site needs at least {PAGE} datasets to have a page of them.")
    stack = Stack("bench" if instance == "dev" else f"bench-{instance}")
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that services end with whoever ends this
    with stack.lock(refusal="Another make bench is at work in this clone: wait for it, or name yours by INSTANCE."):
        stop_all(stack)  # what a killed run may have left
        stack.forget()
        try:
            stack.start(say)
            say("Making the sites ...")
            pairs = [make_pair(stack, size, say) for size in sorted(wanted)]
            report = Report(say)
            _measure(pairs, seconds, report)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # make and its caller may both send it
            stop_all(stack)
    say(f"make bench: {time.monotonic() - began:.0f} s")
    return report.end()


def _measure(pairs: Sequence[Pair], seconds: float, report: Report) -> None:
    small, large = pairs[0], pairs[-1]
    for pair in pairs:
        publication(pair, report)
    website(small, report)
    for pair in pairs:
        catalogue(pair, report)
        page_sizes(pair, report)
    if large is not small:
        sizes(small, large, report)
    dump(large, report)
    stream(large, report)
    desk(large, report)
    workbooks(small, report)
    crawling(small, seconds, report)
