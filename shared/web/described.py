"""The service as `/openapi.json` describes it: with every refusal any route may answer, so that a client can rely on it."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from shared.web.problems import MEDIA_TYPE, ProblemDocument

ANYWHERE = (400, 404, 414, 422, 429, 431, 503)
WITH_A_TOKEN = (401, 403)
WITH_A_BODY = (408, 409, 413, 415)
ON_EDITS = (412, 428)


def declare_refusals(app: FastAPI) -> None:
    """Add to the description what is refused in front of the routes as well as in them."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _declare_refusals(describe())
        return describe()

    # Replacing the method is the way FastAPI's own documentation gives.
    app.openapi = openapi  # type: ignore[method-assign]


def _declare_refusals(description: dict[str, Any]) -> None:
    components = description.setdefault("components", {})
    document = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    components.setdefault("schemas", {}).update(document.pop("$defs"), ProblemDocument=document)
    components["responses"] = {
        _name(status): {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status in (*ANYWHERE, *WITH_A_TOKEN, *WITH_A_BODY, *ON_EDITS)
    }
    for operations in description["paths"].values():
        for method, operation in operations.items():
            _declare(method, operation)
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)


def _declare(method: str, operation: dict[str, Any]) -> None:
    statuses = [*ANYWHERE]
    statuses += WITH_A_TOKEN if "security" in operation else ()
    statuses += WITH_A_BODY if "requestBody" in operation else ()
    statuses += ON_EDITS if any(each["name"] == "if-match" for each in operation.get("parameters", ())) else ()
    if method == "get" and "security" in operation:
        operation["responses"]["304"] = {"description": "You hold it: it is as your If-None-Match says"}
    operation["responses"] |= {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in statuses}


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "").replace("-", "")
