"""News monitor: polls regional news, judges it against what is known, alerts once per real change."""

__version__ = "0.1.0"
