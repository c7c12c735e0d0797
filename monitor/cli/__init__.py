"""The command line: one small module for each group of commands.

Exit codes: 0 fine; 1 something failed, or problems were found in data or examples; 2 wrong usage,
or a configuration that cannot be used; 3 the database refused.
"""

from monitor.cli.root import app, main

__all__ = ["app", "main"]
