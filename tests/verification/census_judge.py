"""Asks the sector's own CIN validator about a return. Run by the Python it is installed for: `python census_judge.py FILE.xml`.

Prints JSON: how often each rule found something, and which rules raised an exception. The validator counts those as passed;
here they cannot say.
"""

import contextlib
import importlib
import io
import json
import re
import sys
import warnings
import xml.etree.ElementTree as ET
from collections import Counter

RULESET = "cin2025_26"


def judged(file: str) -> dict[str, object]:
    from cin_validator.cin_validator import CinValidator, convert_data, process_data

    tables = process_data(convert_data(ET.parse(file).getroot()))
    registry = importlib.import_module(f"cin_validator.rules.{RULESET}").registry
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        found = CinValidator(tables, registry)
    codes = [str(code) for code in [*found.full_issue_df["rule_code"], *found.multichild_issues["rule_code"]]]
    raised = dict(re.findall(r"Error with rule (\S+): (\w+)", said.getvalue()))
    return {"rules": len(registry), "found": dict(Counter(codes)), "cannot_say": raised}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(judged(sys.argv[1])))
