"""The documents that are kept through the page: added, replaced, described, deleted."""
