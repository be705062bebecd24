"""A client that costs little beside what it measures: one kept connection, bodies as they come."""

from __future__ import annotations

import gzip
import http.client
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

#: The server closes a connection that was quiet for two seconds.
_QUIET = 1.0
_PART = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: The HTTP status.
        headers: The header lines; names as they came.
        body: The body as it came, packed or not.
        seconds: From sending the request until the last byte was there.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def content(self) -> bytes:
        """The body, unpacked."""
        return gzip.decompress(self.body) if self.headers.get("Content-Encoding") == "gzip" else self.body

    @property
    def moved(self) -> int:
        """Bytes of head and body."""
        return sum(len(name) + len(value) + 4 for name, value in self.headers.items()) + len(self.body)


class Client:
    """Asks one site, one request after another.

    Args:
        url: The address of the site.
        timeout: Seconds to wait for an answer.
    """

    def __init__(self, url: str, timeout: float = 300) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=timeout)
        self._last = 0.0

    def ask(self, address: str, method: str = "GET", **headers: str) -> Answer:
        """Sends a request and reads the whole answer.

        Args:
            address: A path, or a whole address of this site.
            method: ``GET`` or ``HEAD``.
            **headers: Header lines, with ``_`` for ``-``.
        """
        began = time.perf_counter()
        reply = self._reply(address, method, headers)
        body = reply.read()
        self._last = time.monotonic()
        return Answer(reply.status, dict(reply.headers.items()), body, time.perf_counter() - began)

    def get(self, address: str, **headers: str) -> Answer:
        """Sends a GET that has to be answered with 200.

        Raises:
            RuntimeError: The status is another one.
        """
        answer = self.ask(address, **headers)
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}: {answer.content[:300]!r}")
        return answer

    def stream(self, address: str) -> Iterator[bytes]:
        """Yields the body of an answer part by part, keeping none of it.

        Raises:
            RuntimeError: The status is not 200.
        """
        reply = self._reply(address, "GET", {})
        if reply.status != 200:
            raise RuntimeError(f"{address} answered {reply.status}: {reply.read()[:300]!r}")
        while part := reply.read(_PART):
            yield part
        self._last = time.monotonic()

    def _reply(self, address: str, method: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        if time.monotonic() - self._last > _QUIET:
            self._connection.close()
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        self._connection.request(
            method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        return self._connection.getresponse()
