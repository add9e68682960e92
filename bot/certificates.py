"""The authorities that we trust, read once: a reading takes up to a tenth of a second."""

import functools
import ssl

import httpx


@functools.cache
def certificates() -> ssl.SSLContext:
    """For every client of ours: httpx would read them anew for each, while the chat waits."""
    return httpx.create_ssl_context()
