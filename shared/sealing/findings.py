"""What a verification found: each thing wrong by name, with the rows it is about."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Wrong(StrEnum):
    ROW_CHANGED = "row_changed"
    ROW_MISSING = "row_missing"
    ROW_NOT_SEALED = "row_not_sealed"
    ROW_IN_DOUBT = "row_in_doubt"
    SEAL_CHANGED = "seal_changed"
    SEAL_OUT_OF_CHAIN = "seal_out_of_chain"
    SEAL_MISSING = "seal_missing"
    SEAL_REPLACED = "seal_replaced"
    TAIL_CUT = "tail_cut"
    HEAD_UNREADABLE = "head_unreadable"
    NOTHING_ANCHORED = "nothing_anchored"
    RESTORE_NOT_SIGNED = "restore_not_signed"
    RESTORE_OF_OTHER_HEADS = "restore_of_other_heads"


SENTENCES = {
    Wrong.ROW_CHANGED: "{rows}: not as it was when it was sealed (seal {seal})",
    Wrong.ROW_MISSING: "{rows}: sealed (seal {seal}), and gone",
    Wrong.ROW_NOT_SEALED: "{rows}: under no seal, among rows that are: put in later, or its seal is gone",
    Wrong.ROW_IN_DOUBT: "{rows}: differs from seal {seal}, which was changed itself",
    Wrong.SEAL_CHANGED: "seal {seal}: not as it was signed; {rows} rest on it",
    Wrong.SEAL_OUT_OF_CHAIN: "seal {seal}: does not follow the seal before it; {rows} rest on it",
    Wrong.SEAL_MISSING: "{seals}: gone",
    Wrong.SEAL_REPLACED: "seal {seal}: another than the one whose head was kept outside the database",
    Wrong.TAIL_CUT: "{seals}: made, and gone with {rows}: the tail was cut off, or an older backup restored "
    "and nobody acknowledged it (`dwc audit restored`)",
    Wrong.HEAD_UNREADABLE: "the heads kept outside the database hold something that is no head",
    Wrong.NOTHING_ANCHORED: "there are seals, but no heads of this service in the folder that was named",
    Wrong.RESTORE_NOT_SIGNED: "a restore is stated that was signed with no key that is known: it explains nothing",
    Wrong.RESTORE_OF_OTHER_HEADS: "a restore is stated of other heads than are kept here: it explains nothing",
}


@dataclass
class Finding:
    """One thing wrong, with one row or several in succession."""

    wrong: Wrong
    seal: int | None = None
    until_seal: int | None = None
    """The last of them, where it is several seals in succession."""
    first: int | None = None
    last: int | None = None

    @property
    def sentence(self) -> str:
        rows = _named("row", self.first, self.last)
        return SENTENCES[self.wrong].format(rows=rows, seal=self.seal, seals=_named("seal", self.seal, self.until_seal))

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "sentence": self.sentence}


def _named(what: str, first: int | None, last: int | None) -> str:
    return f"{what} {first}" if last in {None, first} else f"{what}s {first} to {last}"


@dataclass
class Report:
    """How a service's audit was found to be."""

    service: str
    seals: int = 0
    rows: int = 0
    """Rows under a seal that were compared with it."""
    heads: int = 0
    """Heads kept outside the database that were compared with the seals."""
    anchored: int = 0
    """The last seal whose head is kept outside the database: a tail cut off after it would not be found."""
    unsealed: int = 0
    """Rows under no seal yet."""
    restores: list[dict[str, Any]] = field(default_factory=list)
    """Backups that were restored, as acknowledged: who said so, when and why, and which seals were lost."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.findings

    def found(
        self,
        wrong: Wrong,
        *,
        seal: int | None = None,
        until_seal: int | None = None,
        first: int | None = None,
        last: int | None = None,
    ) -> None:
        """Add a finding; the same of the next row belongs to the one before."""
        before = self.findings[-1] if self.findings else None
        if (
            before is not None
            and (before.wrong, before.seal) == (wrong, seal)
            and before.last is not None
            and before.last + 1 == first
        ):
            before.last = last
            return
        self.findings.append(Finding(wrong, seal=seal, until_seal=until_seal, first=first, last=last))

    def as_dict(self) -> dict[str, Any]:
        return vars(self) | {"whole": self.is_whole, "findings": [finding.as_dict() for finding in self.findings]}
