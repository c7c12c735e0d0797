"""What is wrong with a request, as RFC 9457 has it: `application/problem+json`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import HTTPException, RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import JSONResponse, Response

from monitor.errors import StoreError

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_MOST_FAULTS = 20


class FieldFault(BaseModel):
    """What is wrong with one field."""

    where: str = Field(examples=["query.limit"])
    problem: str = Field(examples=["Input should be less than or equal to 200"])


class Problem(BaseModel):
    """Why a request was not done (RFC 9457)."""

    type: str = Field(description="Always about:blank: the status says what kind it is.")
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no alert 12."])
    errors: list[FieldFault] = Field(default_factory=list, description="Of fields, where those are wrong.")


class Declined(HTTPException):
    """A request that is not done."""


def problem(
    status: int, detail: str, faults: Sequence[FieldFault] = (), headers: Mapping[str, str] | None = None
) -> Response:
    told = Problem(
        type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(faults)
    )
    return JSONResponse(told.model_dump(), status, headers, media_type=MEDIA_TYPE)


def handle_problems(app: FastAPI) -> None:
    app.add_exception_handler(StarletteHTTPException, _declined)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StoreError, _no_store)
    app.add_exception_handler(Exception, _mistake)


async def _declined(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)
    return problem(error.status_code, _storable(str(error.detail)), headers=error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """What was sent is not told back: it may be a secret, or anything."""
    assert isinstance(error, RequestValidationError)
    faults = [
        FieldFault(where=_storable(".".join(map(str, one["loc"])))[:200], problem=_storable(str(one["msg"]))[:500])
        for one in error.errors()[:_MOST_FAULTS]
    ]
    return problem(422, "What was sent is not what this operation takes.", faults)


async def _no_store(request: Request, error: Exception) -> Response:
    log.warning("the database refuses", path=request.url.path, problem=str(error))
    return problem(503, "The database does not answer at the moment.", headers={"Retry-After": "10"})


async def _mistake(request: Request, error: Exception) -> Response:
    return problem(500, "Something went wrong here. It is written down in the log.")


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


# --- in the description ----------------------------------------------------------------------

_WORDS = {
    400: "The request was meant for another name, or its body could not be read.",
    401: "Nobody whom we know: show a token.",
    403: "The role of the token does not allow that.",
    404: "There is no such thing.",
    405: "This address does not take that method.",
    408: "The body did not come in time.",
    413: "The body is larger than this takes.",
    422: "A parameter or the body is not as described.",
    503: "The database, or this machine, is too busy. Nothing was changed.",
}


def described(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": _WORDS[status], "content": content}


def finite(number: float) -> float | None:
    """JSON has no infinity and no NaN."""
    return number if math.isfinite(number) else None
