"""Sends messages: apprise behind the port `Sender`, and a console for trying things out."""

from monitor.notify.console import ConsoleSender, RoutingSender
from monitor.notify.sending import AppriseSender
from monitor.notify.urls import CONSOLE, LIMITS, SCHEMES, check_url, format_for, per_minute_for, scheme_of

__all__ = [
    "CONSOLE",
    "LIMITS",
    "SCHEMES",
    "AppriseSender",
    "ConsoleSender",
    "RoutingSender",
    "check_url",
    "format_for",
    "per_minute_for",
    "scheme_of",
]
