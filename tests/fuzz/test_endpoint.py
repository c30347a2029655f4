"""Signed requests made out of bytes: 2xx or 4xx comes back, never a stack trace, and the app stays up."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.endpoint import Endpoint, endpoint
from tests.fuzz.making import made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(
    request: pytest.FixtureRequest,
    new_database: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Endpoint]:
    with endpoint(tmp_path_factory.mktemp("fuzz"), new_database(request.param)) as found:
        yield found
        assert found.failures.found == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(min_size=8, max_size=600))
def test_nothing_but_an_answer_comes_back(app: Endpoint, data: bytes) -> None:
    status, body = app.post(made(data))
    assert 200 <= status < 300 or 400 <= status < 500, (status, body)
    assert "Traceback" not in body and 'File "' not in body
