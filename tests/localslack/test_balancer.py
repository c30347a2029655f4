"""The load balancer before several replicas: to whom a request goes, and what is never sent twice."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from localslack.cluster.balancer import Balancer
from localslack.tour.process import free_port

PATIENCE = 10.0


class Replica:
    """A server that says who it is and remembers what it was asked."""

    def __init__(self) -> None:
        self.ready, self.status, self.breaks = True, 200, False
        self.asked: list[tuple[str, str, bytes, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        replica = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/readyz":
                    self._answer(200 if replica.ready else 503)
                else:
                    self._note()

            def do_POST(self) -> None:
                self._note()

            def _note(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                signature = self.headers.get("x-slack-signature", "")
                replica.asked.append((self.command, self.path, body, signature))
                if replica.breaks:
                    self.close_connection = True
                    return
                self._answer(replica.status)

            def _answer(self, status: int) -> None:
                body = replica.url.encode()
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.send_header("x-replica", "yes")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def replicas() -> Iterator[list[Replica]]:
    made = [Replica() for _ in range(3)]
    yield made
    for replica in made:
        replica.stop()


@pytest.fixture
def balancer(replicas: list[Replica]) -> Iterator[Balancer]:
    with Balancer([replica.url for replica in replicas]) as made:
        seen(lambda: len(made.ready) == 3)
        yield made


def seen(ready: Callable[[], bool]) -> None:
    """Wait until that is so."""
    waited = threading.Event()
    for _ in range(int(PATIENCE / 0.02)):
        if ready():
            return
        waited.wait(0.02)
    raise AssertionError("it did not happen in time")


def post(balancer: Balancer, path: str = "/slack/events") -> httpx.Response:
    headers = {"x-slack-signature": "v0=abc"}
    return httpx.post(f"{balancer.url}{path}", content=b"a=1&b=%20", headers=headers, trust_env=False)


def test_each_replica_has_its_turn(balancer: Balancer, replicas: list[Replica]) -> None:
    assert {post(balancer).text for _ in range(3)} == {replica.url for replica in replicas}


def test_what_goes_through_is_unchanged(balancer: Balancer, replicas: list[Replica]) -> None:
    answer = post(balancer, "/slack/events?x=1&y=%2F")
    (asked,) = [each for replica in replicas for each in replica.asked]
    assert asked == ("POST", "/slack/events?x=1&y=%2F", b"a=1&b=%20", "v0=abc")
    assert (answer.status_code, answer.headers["x-replica"]) == (200, "yes")


def test_one_that_is_not_ready_gets_nothing_until_it_is(balancer: Balancer, replicas: list[Replica]) -> None:
    replicas[0].ready = False
    seen(lambda: len(balancer.ready) == 2)
    assert {post(balancer).text for _ in range(6)} == {replica.url for replica in replicas[1:]}
    replicas[0].ready = True
    seen(lambda: len(balancer.ready) == 3)
    assert replicas[0].url in {post(balancer).text for _ in range(3)}


def test_one_that_is_gone_or_says_503_took_nothing_and_the_next_one_is_asked(
    balancer: Balancer, replicas: list[Replica]
) -> None:
    replicas[0].stop()
    replicas[1].status = 503
    assert [post(balancer).text for _ in range(4)] == [replicas[2].url] * 4
    assert [post(balancer).status_code for _ in range(4)] == [200] * 4


def test_what_may_have_been_taken_is_not_sent_again(balancer: Balancer, replicas: list[Replica]) -> None:
    for replica in replicas:
        replica.breaks = True
    assert post(balancer).status_code == 502
    assert sum(len(replica.asked) for replica in replicas) == 1


def test_an_error_of_the_app_is_passed_on(balancer: Balancer, replicas: list[Replica]) -> None:
    for replica in replicas:
        replica.status = 500
    assert post(balancer).status_code == 500


def test_without_any_replica_it_says_so() -> None:
    with Balancer([f"http://127.0.0.1:{free_port()}"]) as alone:
        answer = post(alone)
    assert (answer.status_code, answer.text) == (503, "no replica is ready")
