"""The restores that were acknowledged, kept beside the heads they explain, in a file that is only ever added to."""

from collections.abc import Sequence

from joserfc.jwk import KeySet

from shared.sealing.anchors import Anchors
from shared.sealing.findings import Report, Wrong
from shared.sealing.keys import NotSigned, opened
from shared.sealing.statement import Restore


def acknowledged(anchors: Anchors, keys: KeySet, report: Report) -> Sequence[Restore]:
    """Those that may be believed, for the report; one that is not signed, or is of other heads than there are, is a finding."""
    found = []
    for line in anchors.restores.read_text(errors="replace").splitlines() if anchors.restores.exists() else ():
        try:
            restore = opened(line, keys, Restore)
        except NotSigned:
            report.found(Wrong.RESTORE_NOT_SIGNED)
            continue
        if restore.service == anchors.service and restore.heads_sha256 == anchors.sha256(restore.heads):
            found.append(restore)
            report.restores.append(restore.model_dump(mode="json", exclude={"format", "service", "heads_sha256"}))
        else:
            report.found(Wrong.RESTORE_OF_OTHER_HEADS)
    return found
