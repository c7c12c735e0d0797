"""The pure core: decisions as functions from values to values. No clock, no log, no I/O, no framework."""
