"""Shops on a sandbox, as the tests of whole runs have them."""

from whole.conftest import sandbox, shop

__all__ = ["sandbox", "shop"]
