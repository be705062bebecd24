"""What is compared: a catalog of ours, and beside it CKAN with ckanext-dcat as they come, on the same data."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from embedded.bench.seeding import seed
from embedded.site import Site
from embedded.stack import Stack

#: The same schema and the same RDF extension, without us.
STOCK_PLUGINS = ("scheming_datasets", "scheming_organizations", "dcat", "datastore", "activity")
STOCK_SETTINGS = {"ckanext.dcat.rdf.profiles": "euro_dcat_ap_3"}


@dataclass(frozen=True)
class Pair:
    """Two sites on one database and one index, each with a web server of one process.

    Attributes:
        size: How many datasets they have.
        ours: With our plugin.
        stock: Without it.
    """

    size: int
    ours: Site
    stock: Site

    def stop(self) -> None:
        """Stops both."""
        self.ours.stop()
        self.stock.stop()


def make_pair(stack: Stack, size: int, say: Callable[[str], None]) -> Pair:
    """Makes the two sites with `size` datasets and starts them.

    Args:
        stack: The running services.
        size: How many datasets, those of the demonstration among them.
        say: Called with each line of progress.
    """
    ours = Site(stack, f"bench_{size}", open_gate=True)
    ours.init()
    began = time.monotonic()
    say(f"  {size:,} datasets: loading the demonstration catalog, then copies of its datasets ...")
    ours.ckan("lebak", "demo", "load")
    loaded = time.monotonic()
    seed(ours, size)
    say(f"  ... copied, database and index, in {time.monotonic() - loaded:.0f} s")
    stock = Site(stack, f"stock_{size}", plugins=STOCK_PLUGINS, settings={**ours.services(), **STOCK_SETTINGS})
    stock.configure()
    for site in (ours, stock):
        site.start(worker=False)
    say(f"  ... both sites are up after {time.monotonic() - began:.0f} s")
    return Pair(size, ours, stock)
