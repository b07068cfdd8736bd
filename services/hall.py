"""The hall of the house where the three services share a process: where one comes in, and where addresses lead nowhere.

For a person with a browser a page, for anybody else JSON. Nothing on the page is fetched from anywhere.
"""

from collections.abc import Mapping
from html import escape

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from shared.web.app import put_in_front
from shared.web.guard import public

PAGE = """<!doctype html>
<html lang="en-GB">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Doing What Counts</title>
<h1>Doing What Counts</h1>
<p>Whether practice with families is good, and whether it helps.</p>
<ul>
{services}
</ul>
<p>Whatever is about anybody asks for a token: <code>dwc token --help</code> says how one is had.</p>
</html>
"""
SERVICE = '<li>{title}: <a href="/{name}/docs">what may be asked</a>, <a href="/{name}/health/ready">whether it is well</a></li>'


def hall_before(apps: Mapping[str, FastAPI]) -> FastAPI:
    """What is at `/` and wherever no service is."""
    router = APIRouter()

    @router.get("/")
    @public
    async def read_what_there_is(request: Request) -> Response:
        """The services, each with the page that describes it."""
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({name: f"/{name}/docs" for name in apps})
        services = (SERVICE.format(name=name, title=escape(app.title)) for name, app in apps.items())
        return HTMLResponse(PAGE.format(services="\n".join(services)))

    hall = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    put_in_front(hall, [router])
    return hall
