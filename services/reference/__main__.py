"""`make docs`: write every published file. A contract that would break its hearers is not written; the reasons are."""

import json
import sys

from services.reference.additive import breaks
from services.reference.published import ROOT, SCHEMAS, published

refused = []
for path, text in published():
    file = ROOT / path
    broken = breaks(json.loads(file.read_text()), json.loads(text)) if path.parent == SCHEMAS and file.exists() else []
    refused += [f"{path}: {sentence}" for sentence in broken]
    if not broken:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
if refused:
    sys.exit(
        "\n".join(
            [*refused, "A contract only grows. Speak what has changed as `.v2`, beside `.v1` for a time; or, where"]
        )
        + "\nnobody can have heard the old one, delete the committed schema and run this again."
    )
