"""`python -m tools.lint [PATH …]`: prints what it finds; exit code 1 when there is something."""

import sys
from pathlib import Path

from tools.lint.run import FOLDERS, RULES, check, sources

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Check the given files and folders, or everything."""
    files = found = 0
    for source in sources(ROOT, [Path(a).resolve().relative_to(ROOT).as_posix() for a in arguments] or FOLDERS):
        files += 1
        for finding in check(source):
            found += 1
            print(f"{source.path}:{finding.line}: {finding.message}")
    print(f"{len(RULES)} own rules, {files} files, {found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
