"""A thin socket layer around a site: loopback only, keep-alive, and a log of every request."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from pipeline.twin.messages import Request, Responder, Response
from pipeline.twin.wire import Ending, Pause, WireResponse, reset


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """One request as the server saw it, for tests that count requests or measure their pace.

    Attributes:
        seconds: Monotonic time when its head had arrived.
        method: GET or HEAD.
        host: Value of the Host header.
        path: Path and query as sent.
        user_agent: Value of the User-Agent header.
        status: Status of the answer, 0 when it has none.
        fault: Name of the fault that was performed, empty for an honest answer.
    """

    seconds: float
    method: str
    host: str
    path: str
    user_agent: str
    status: int
    fault: str = ""


class TwinServer:
    """Serves a site on a loopback port while its `with` block runs.

    Args:
        site: What answers; may be replaced while the server runs, so that a listing can change during a crawl.
        port: Port to listen on, 0 for a free one.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, site: Responder, port: int = 0) -> None:
        self.site = site
        self.requests: list[RequestSeen] = []
        self.stopped = threading.Event()
        self._listening = threading.Lock()
        self._http = _LoopbackServer(("127.0.0.1", port), _Handler)
        self._http.twin = self
        self._thread = self._new_thread()

    @property
    def port(self) -> int:
        """Return the port that the server listens on."""
        return self._http.server_port

    def __enter__(self) -> Self:
        """Start to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop answering and close every connection, idle ones too."""
        self.stopped.set()
        with self._listening:
            self._stop_listening()
        self._http.close_connections()

    def refuse(self, seconds: float) -> None:
        """Refuse connections from now on for a time, as a host whose web server is down; open ones stay."""
        with self._listening:
            self._stop_listening()
        threading.Thread(target=self._listen_after, args=(seconds,), daemon=True).start()

    def _listen_after(self, seconds: float) -> None:
        self.stopped.wait(min(seconds, threading.TIMEOUT_MAX))
        with self._listening:
            if not self.stopped.is_set() and self._http.fileno() < 0:
                self._http.listen_again()
                self._thread = self._new_thread()
                self._thread.start()

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def _stop_listening(self) -> None:
        """Close the listening socket; doing it twice does no harm."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _LoopbackServer(ThreadingHTTPServer):
    daemon_threads = True
    # Many clients may connect in one moment; the default of five would make some wait a second for their retry.
    request_queue_size = 128
    twin: TwinServer

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        assert isinstance(request, socket.socket)
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        assert isinstance(request, socket.socket)
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Wake the threads that wait for a next request; each then closes its own socket."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # Already reset.
                    connection.shutdown(socket.SHUT_RDWR)

    def listen_again(self) -> None:
        """Open the same port after `server_close`."""
        self.server_address = self.server_address[0], self.server_port
        self.socket = socket.socket(self.address_family, self.socket_type)
        self.server_bind()
        self.server_activate()


class _Handler(BaseHTTPRequestHandler):
    server: _LoopbackServer
    protocol_version = "HTTP/1.1"
    # One write for head and body, sent at once: with Nagle a kept-alive request would wait 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer, and log before the first byte leaves, so that a client never knows more than the log."""
        seconds = time.monotonic()
        twin = self.server.twin
        # Not self.path: http.server folds slashes at its start.
        target = self.requestline.split()[1]
        request = Request(self.command, target, {name.lower(): value for name, value in self.headers.items()})
        response = twin.site.respond(request)
        agent = request.headers.get("user-agent", "")
        host = request.headers.get("host", "")
        twin.requests.append(RequestSeen(seconds, self.command, host, target, agent, response.status, response.fault))
        try:
            if isinstance(response, WireResponse):
                self._perform(response)
            else:
                self._send(response)
        except ConnectionError:  # The client went away, which is its right.
            self.close_connection = True

    do_HEAD = do_GET

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        self.send_header("Date", self.date_time_string())
        self.send_header("Server", "Apache")
        for name, value in response.headers:
            self.send_header(name, value)
        if response.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    def _perform(self, response: WireResponse) -> None:
        stopped = self.server.twin.stopped
        self.close_connection = self.close_connection or response.ending is not Ending.KEEP
        for step in response.steps():
            if not isinstance(step, Pause):
                self.connection.sendall(step)
            elif stopped.wait(step.seconds):
                return
        if response.ending is Ending.SILENCE:
            while self.connection.recv(65536):  # Until the client goes, or the server stops.
                pass
        if response.refuse_seconds:
            self.server.twin.refuse(response.refuse_seconds)
        if response.ending is Ending.RESET:
            reset(self.connection)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: the log is `TwinServer.requests`."""
