"""What comes with the program beside its code: the watchlists and seeds that the project maintains."""

from __future__ import annotations

from pathlib import Path

import monitor


def shipped(name: str) -> Path | None:
    """The directory `watchlists` or `seeds`: inside an installed package, beside it in a source checkout."""
    package = Path(monitor.__file__).resolve().parent
    return next((path for path in (package / "_shipped" / name, package.parent / name) if path.is_dir()), None)
