"""The API does what its description says, whatever it is sent: schemathesis against the real server, bounded."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 15  # of each operation


@pytest.mark.timeout(400)
async def test_nothing_makes_the_api_break_its_word(filled_server, filled_site):
    row = filled_site.views.alerts(limit=1)[0]
    there = {
        "/alerts/{number}": {"number": row.id},
        "/articles/{id}": {"id": row.alert.article_id},
        "/rules/{id}": {"id": row.alert.rule},
        "/sources/{id}": {"id": filled_site.configuration().sources[0].id},
        "/silences/{number}": {"number": filled_site.views.silences(filled_site.now())[0].id},
    }
    tried = await asyncio.to_thread(_try_all, f"{filled_server.address}/api/v1/openapi.json", there)
    assert len(tried) == 20
    assert tried["get /alerts/{number}"] >= {200, 404}
    assert tried["post /alerts/{number}/snooze"] >= {422}
    assert tried["post /replay"] >= {200}


def _try_all(address: str, there: dict[str, dict[str, Any]]) -> dict[str, set[int]]:
    """The statuses of the answers, by operation."""
    found: dict[str, set[int]] = {}
    for result in schemathesis.openapi.from_url(address).get_all_operations():
        operation = result.ok()
        real = next((ids for path, ids in there.items() if operation.path.startswith(path)), {})
        found[f"{operation.method} {operation.path}"] = _try(operation, real)
    return found


def _try(operation: Any, real: dict[str, Any]) -> set[int]:
    """Most requests have no token, for those that schemathesis invents are wrong; of these every second is about
    something that is there."""
    statuses: set[int] = set()

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), kind=st.sampled_from(["known", "known", "any", "any", "stranger"]))
    def attempt(case: Case, kind: str) -> None:
        if kind != "stranger":
            case.headers.pop("Authorization", None)
        if kind == "known" and real:
            case.path_parameters = real
        statuses.add(case.call_and_validate(checks=CHECKS).status_code)

    attempt()
    return statuses
