"""How much of the public interface has a type that every checker reads in the same way.

python tools/dev/public_types.py        # exit status 1 below the mark

What is left are rules and the tasks' model answers, which are written as the book prints them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

MARK = 0.95
ROOT = Path(__file__).resolve().parents[2]


def completeness() -> tuple[float, list[str]]:
    """The share, and the public names whose type is not known for a reason of their own, with the reason."""
    command = [sys.executable, "-m", "basedpyright", "--verifytypes", "optedu", "--ignoreexternal", "--outputjson"]
    found = json.loads(
        subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}).stdout
    )["typeCompleteness"]
    public = [symbol for symbol in found["symbols"] if symbol["isExported"]]
    unknown = []
    for symbol in public:
        said = [d["message"].partition("\n")[0] for d in symbol.get("diagnostics", ()) if d["severity"] == "error"]
        if said and "partially unknown" not in said[0]:
            unknown.append(f"{symbol['name']}: {said[0]}")
    return found["completenessScore"], unknown


if __name__ == "__main__":
    share, unknown = completeness()
    if share < MARK:
        sys.exit(f"{share:.1%} of the public names have a known type, less than {MARK:.0%}:\n  " + "\n  ".join(unknown))
    print(f"public types: {share:.1%} known")
