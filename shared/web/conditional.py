"""Nobody overwrites what they have not read, and nobody is sent again what they hold.

Every answer of a guarded door carries a strong `ETag`. What can be edited is known by the version of its row, and what is
dear to put together by something cheap that is asked first: their doors say so. Of all else the tag is a digest of the
answer, which cannot fall behind: it may depend on who asks, on the day, and on more subjects than its own.

Sight comes first. What is foreign is 404, like what is missing, whichever version was named.
"""

import re
from hashlib import blake2b
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.problems import Problem

TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
TAGS = r'^(\*|(W/)?"[\x21\x23-\x7e]*"([ \t]*,[ \t]*(W/)?"[\x21\x23-\x7e]*")*)$'
OWN_COUNT = re.compile(r'"([1-9][0-9]{0,5})"')
OF_A_BODY = ("content-length", "content-type", "content-disposition")


class VersionNotNamed(Problem):
    status = 428
    title = "An edit names the version it replaces"
    at = "#/header/if-match"


class AnotherVersionStands(Problem):
    status = 412
    title = "This is no longer what you have read"
    at = "#/header/if-match"


class Version:
    """Says which version an answer shows. True where whoever asks holds it: then `unchanged()` is the answer."""

    def __init__(self, request: Request) -> None:
        self._scope = request.scope
        self._epoch = request.app.state.database.epoch
        self._software = request.app.version

    def of_row(self, n: int) -> bool:
        """The version of the row that all of the answer is read off."""
        return self._is(f"{self._epoch}.{n}")

    def of_all(self, *parts: object) -> bool:
        """Everything that the answer depends on beside its address and this software."""
        return self._is(_digest(repr((self._software, self._epoch, *parts)).encode()))

    def _is(self, tag: str) -> bool:
        self._scope["state"]["tag"] = tag
        return _holds(self._scope, tag)


class Replacing(Version):
    """An edit: it names in `If-Match` the version it replaces, or asks with `If-None-Match: *` to be the first."""

    def __init__(self, request: Request, if_match: str | None, if_none_match: str | None) -> None:
        super().__init__(request)
        self._if_match, self._must_be_new = if_match, if_none_match == "*"

    def check(self, n: int, *, adds: bool = False) -> None:
        """Raise unless version `n` of the locked row is the one to be replaced; 0 is a row that was not there.

        What `adds` to a row replaces nothing, and need not name its version. Ask when something would change: an edit
        sent again finds everything as it says, and is as good as done.
        """
        if self._if_match is None and (n == 0 or (adds and not self._must_be_new)):
            return
        if self._if_match is None and not self._must_be_new:
            raise VersionNotNamed("read it, and send the ETag you were given as If-Match")
        if self._must_be_new or not self._names(n):
            raise AnotherVersionStands("read it again, and decide whether your edit still holds")

    def chained(self, standing: int) -> int:
        """The version replaced, where whoever edits counts them by themself: a device that was offline has been given no tag,
        and calls what it sent first `"1"`. 0 where none is named, `standing` for `*`.
        """
        if self._if_match in {None, "*"}:
            return standing if self._if_match else 0
        named = OWN_COUNT.fullmatch(self._if_match or "")
        if named is None:
            raise AnotherVersionStands('name the version as the form counts them: the first is "1"')
        return int(named[1])

    def _names(self, n: int) -> bool:
        """A weak tag names no version: what it stands for may differ."""
        named = self._if_match or ""
        return n > 0 and (named == "*" or ("", f"{self._epoch}.{n}") in TAG.findall(named))


def unchanged() -> Response:
    """304: whoever asked holds the version that was named."""
    return Response(status_code=304)


async def _shown(request: Request) -> Version:
    return Version(request)


async def _replaced(
    request: Request,
    if_match: Annotated[
        str | None, Header(pattern=TAGS, description="The ETag of the version this edit replaces; `*` for any")
    ] = None,
    if_none_match: Annotated[
        str | None, Header(pattern=r"^\*$", description="`*`, for an edit that must find nothing there")
    ] = None,
) -> Replacing:
    return Replacing(request, if_match, if_none_match)


Shown = Annotated[Version, Depends(_shown)]
Replaces = Annotated[Replacing, Depends(_replaced)]


def _holds(scope: Scope, tag: str) -> bool:
    held = Headers(scope=scope).get("if-none-match", "")
    return held == "*" or any(tag == each for _, each in TAG.findall(held))


def _digest(said: bytes) -> str:
    return blake2b(said, digest_size=16).hexdigest()


class Tagged:
    """Around the doors of a service: puts the tag on what they answer, and takes the body off what is held already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_guarded = scope["type"] == "http" and "principal" in scope.get("state", {})
        await self._app(scope, receive, _Tagging(scope, send).send if is_guarded else send)


class _Tagging:
    """One answer: its head waits for its body."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._head: Any = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head = message
        elif self._head is None:
            await self._send(message)
        else:
            head, self._head = self._head, None
            body = self._tagged(head, message)
            await self._send(head)
            await self._send(body)

    def _tagged(self, head: Message, body: Message) -> Message:
        tag = self._scope["state"].get("tag")
        said = body.get("body", b"")
        if not (200 <= head["status"] < 300 or head["status"] == 304):
            return body
        if tag is None and said and not body.get("more_body"):
            tag = _digest(said)
        if tag is None:
            return body
        headers = MutableHeaders(raw=head["headers"])
        headers["ETag"] = f'"{tag}"'
        if self._scope["method"] != "GET" or not _holds(self._scope, tag):
            return body
        head["status"] = 304
        for name in OF_A_BODY:
            del headers[name]
        return {"type": "http.response.body", "body": b""}
