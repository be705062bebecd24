"""The people of a small county, one for all tests of a module."""

from tests.statistics.conftest import county, new_county

__all__ = ["county", "new_county"]
