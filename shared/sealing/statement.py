"""What a seal states, and the digests it rests on."""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict

LINK = struct.Struct(">q32s")

Link: TypeAlias = tuple[int, bytes]
"""An audit row's `seq`, and its digest."""


class Statement(BaseModel):
    """What is signed. Each statement names the one before it, so that none can be changed, left out or put in between."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    """Which columns of a row its digest covers, and how."""
    service: str
    seal: int
    """1, 2, 3 and so on, without a gap."""
    last: int
    """`seq` of the last row sealed; all rows up to it are under this seal or an earlier one."""
    rows: int
    links: str
    """SHA-256 of the list of rows."""
    previous: str
    """Head of the seal before; empty for the first."""
    at: AwareDatetime

    @classmethod
    def of(cls, links: bytes, *, service: str, seal: int, previous: str, at: datetime) -> "Statement":
        last, _ = LINK.unpack(links[-LINK.size :])
        return cls(
            service=service,
            seal=seal,
            last=last,
            rows=len(links) // LINK.size,
            links=hashlib.sha256(links).hexdigest(),
            previous=previous,
            at=at,
        )


class Restore(BaseModel):
    """What an operator states, and the service signs, of a backup that was restored: which heads the database lost by it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    service: str
    kept: int
    """The last seal that the backup held; 0 where it held none."""
    lost: int
    """The last of the seals after it that were lost."""
    heads: int
    """How many heads were kept outside the database until then: what comes after them was made since."""
    heads_sha256: str
    """SHA-256 of these."""
    by: str
    reason: str
    at: AwareDatetime

    def explains(self, line: int, head: "Head") -> bool:
        """Whether this head, in this line of those kept, is of a seal that was lost so."""
        return line <= self.heads and head.seal > self.kept


def digest(fields: Sequence[bytes | None]) -> bytes:
    """SHA-256 of a row: each field with its length before it, so that nothing can move from one field into the next."""
    parts = [b"-" if field is None else b"+%d:%b" % (len(field), field) for field in fields]
    return hashlib.sha256(b"".join(parts)).digest()


def packed(links: Iterable[Link]) -> bytes:
    return b"".join(LINK.pack(seq, row_digest) for seq, row_digest in links)


def unpacked(links: bytes) -> dict[int, bytes]:
    """The digest of each row in a seal's list. Raises `struct.error` when it is no such list."""
    return dict(LINK.iter_unpack(links))


@dataclass(frozen=True)
class Head:
    """What stands for a seal and for everything before it."""

    seal: int
    last: int
    sha256: str

    @classmethod
    def of(cls, seal: int, last: int, signed: str) -> "Head":
        return cls(seal, last, sha256_of(signed))


def sha256_of(signed: str) -> str:
    return hashlib.sha256(signed.encode()).hexdigest()
