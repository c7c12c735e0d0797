"""Everything together: built from the settings, and at work."""

from monitor.app.app import App, Pass
from monitor.app.building import build

__all__ = ["App", "Pass", "build"]
