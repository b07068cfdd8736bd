"""Known faults in what is shipped: every pinned package, asked about where PyPI keeps its advisories.

    python deploy/dev/advisories.py

Ends with 1 when a package has a known fault. Where no advisories can be had, it says so and ends with 0: a check that was not
made must not be taken for one that was passed, nor keep somebody without a network from building.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PINNED = ROOT / "requirements" / "runtime.txt"
PATIENCE_SECONDS = 180


def asked() -> list[dict[str, object]] | None:
    """What is known of each package; None when nobody answered."""
    ask = [sys.executable, "-m", "pip_audit", "--requirement", str(PINNED), "--require-hashes", "--disable-pip"]
    ask += ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(ask, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
        answers: list[dict[str, object]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return answers


def main() -> int:
    answers = asked()
    told = [each for each in answers or () if "skip_reason" not in each]
    if not told:
        print(f"ADVISORIES NOT CHECKED: nobody told of any package in {PINNED.name}. This is not a pass.")
        return 0
    silent = len(answers or ()) - len(told)
    faulty = [each for each in told if each["vulns"]]
    for each in faulty:
        known = ", ".join(fault["id"] for fault in each["vulns"])  # type: ignore[attr-defined]
        print(f"{each['name']} {each['version']}: {known}")
    also = f"; {silent} NOT CHECKED" if silent else ""
    print(f"advisories: {len(told)} packages asked about, {len(faulty)} with known faults{also}")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
