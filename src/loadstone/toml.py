"""TOML on every Python that Loadstone runs on; `tomllib` came with 3.11."""

import sys

if sys.version_info >= (3, 11):
    from tomllib import loads
else:
    from tomli import loads  # type: ignore[import-not-found,unused-ignore]

__all__ = ["loads"]
