"""`python -m benchmarks`: which benchmarks there are. `python -m benchmarks NAME …` runs one."""

from __future__ import annotations

import pkgutil
import runpy
import sys
from pathlib import Path

NAMES = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.name[0] != "_")


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in NAMES:
        problem = f"there is no benchmark {name!r}" if name else "say which"
        sys.exit(f"benchmarks: {problem}: python -m benchmarks NAME, where NAME is one of: {', '.join(NAMES)}")
    del sys.argv[1]
    runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
