"""`python -m monitor.healthcheck`: for containers. Ends with 0 where the monitor on this machine works, else with 1 and
the reason in words.

It asks `/readyz` where the settings say that it is served.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from monitor.config import load_settings
from monitor.errors import ConfigurationError

SECONDS = 5.0
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where nobody listens, but all are listened to


def trouble(environ: Mapping[str, str], dotenv: Path | None = None) -> str:
    """What is wrong, in words; "" where nothing is."""
    try:
        settings, _ = load_settings(environ, dotenv)
    except ConfigurationError as error:
        return str(error)
    if not (settings.web or settings.public_url):
        return "no pages are served (MONITOR_WEB), so that nobody can be asked"
    connection = HTTPConnection(_ANY.get(settings.web_host, settings.web_host), settings.web_port, timeout=SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        checks = json.loads(answer.read(65_536))["checks"]
        wrong = [f"{check['name']}: {check['problem']}" for check in checks if not check["ok"]]
    except (OSError, HTTPException, ValueError, LookupError, TypeError) as error:
        return f"no answer that makes sense from {settings.web_host}:{settings.web_port}: {error!r}"
    finally:
        connection.close()
    return "; ".join(wrong) or ("" if answer.status == 200 else f"HTTP {answer.status}")


def main() -> int:
    if found := trouble(os.environ, Path(".env")):
        print(found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
