"""Sockets with a deadline, to checked addresses only.

httpx bounds every single read, so a server that drips a byte now and then holds it for ever; and it connects wherever a
name resolves to. Both are mended below it, in httpcore's network backend: one deadline for the whole request, and a
connection pinned to the address that was checked.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

import httpcore
import httpx

from pipeline.errors import RedirectBlockedError

# What httpcore raises, as what httpx calls it; a test compares the list with httpcore's own.
TRANSLATION: Mapping[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.TimeoutException: httpx.TimeoutException,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.NetworkError: httpx.NetworkError,
    httpcore.ProxyError: httpx.ProxyError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
    httpcore.ProtocolError: httpx.ProtocolError,
    httpcore.ConnectionNotAvailable: httpx.ConnectError,
}


def system_addresses(host: str, port: int) -> list[str]:
    """Return the addresses that the system resolves a name to.

    Raises:
        OSError: It does not resolve.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class DeadlineTransport(httpx.BaseTransport):
    """Sends requests, each within one deadline from connecting to the last byte.

    Args:
        seconds: Of the deadline.
        monotonic: Clock.
        local_hosts: Hosts that may have a private or loopback address, because the source file names them so.
        connect_to: Address of a local server that plays a host, by host name.
        addresses: Resolves a name.
    """

    def __init__(
        self,
        seconds: float,
        monotonic: Callable[[], float],
        local_hosts: Collection[str] = (),
        connect_to: Mapping[str, tuple[str, int]] | None = None,
        addresses: Callable[[str, int], list[str]] = system_addresses,
    ) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._backend = _Backend(monotonic, frozenset(local_hosts), connect_to or {}, addresses)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), max_connections=1, network_backend=self._backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the deadline goes on while the response's body is read.

        Raises:
            RedirectBlockedError: The host has an address that is not public.
            httpx.TransportError: As httpx's own transport.
        """
        self._backend.deadline = self._monotonic() + self._seconds
        url = request.url
        try:
            response = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except tuple(TRANSLATION) as error:
            raise _translated(error) from error
        stream = response.stream
        if not isinstance(stream, Iterable):
            raise TypeError("httpcore's synchronous pool gives a synchronous stream")
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(stream), extensions=response.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except tuple(TRANSLATION) as error:
            raise _translated(error) from error

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()


def _translated(error: Exception) -> httpx.TransportError:
    kind = next(TRANSLATION[base] for base in type(error).__mro__ if base in TRANSLATION)
    return kind(str(error))


class _Backend(httpcore.NetworkBackend):
    def __init__(
        self,
        monotonic: Callable[[], float],
        local_hosts: frozenset[str],
        connect_to: Mapping[str, tuple[str, int]],
        addresses: Callable[[str, int], list[str]],
    ) -> None:
        self.deadline = float("inf")
        self._monotonic = monotonic
        self._local_hosts = local_hosts
        self._connect_to = connect_to
        self._addresses = addresses
        self._system = httpcore.SyncBackend()

    def remaining(self, timeout: float | None) -> float:
        """Return the seconds that a step may take.

        Raises:
            httpcore.ReadTimeout: The deadline has passed.
        """
        left = self.deadline - self._monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole request took longer than allowed")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a checked address of a host; TLS still verifies the host's name."""
        if host in self._connect_to:
            address, port = self._connect_to[host]
        else:
            address = self._checked(host, port)
        return _Stream(
            self._system.connect_tcp(address, port, self.remaining(timeout), local_address, socket_options), self
        )

    def _checked(self, host: str, port: int) -> str:
        try:
            found = self._addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} does not resolve: {error}") from error
        for address in found:
            if host not in self._local_hosts and not _is_public(address):
                raise RedirectBlockedError(
                    host,
                    f"the host has the address {address}, which is not public",
                    "name that address in site.hosts of the source file if the site really is local",
                )
        return found[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, backend: _Backend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend.remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._backend.remaining(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._backend.remaining(timeout))
        return _Stream(inner, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
