"""How a token comes: as the bearer's, or, where spreadsheets read, as a password beside any user.

A spreadsheet keeps what it is given and asks again for months. So only a token that was made to read comes as a password,
and what is refused is refused in the same words, whatever it was.
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping

from shared.problems import NotAuthenticated
from shared.web.door import Door
from shared.web.roles import Principal
from shared.web.tokens import SAME_FOR_EVERY_FAULT, TokenReader

BEARER = {"WWW-Authenticate": "Bearer"}
BEARER_OR_BASIC = {"WWW-Authenticate": 'Bearer, Basic realm="Doing What Counts", charset="UTF-8"'}


def asked_for(door: Door) -> Mapping[str, str]:
    """What a stranger at this door is told to bring."""
    return BEARER_OR_BASIC if door.is_for_spreadsheets else BEARER


async def holder(said: str, door: Door, tokens: TokenReader) -> Principal:
    """Whoever holds the token of an `Authorization` header. Raises `NotAuthenticated`, or `KeysOutOfReach`."""
    scheme, _, given = said.partition(" ")
    if scheme.lower() == "bearer":
        return await tokens.read(given.strip())
    if scheme.lower() == "basic" and door.is_for_spreadsheets:
        principal = await tokens.read(_password(given.strip()))
        if principal.only_reads:
            return principal
    raise NotAuthenticated(SAME_FOR_EVERY_FAULT)


def _password(given: str) -> str:
    try:
        return b64decode(given, validate=True).decode("ascii").partition(":")[2]
    except (binascii.Error, ValueError):
        raise NotAuthenticated(SAME_FOR_EVERY_FAULT) from None
