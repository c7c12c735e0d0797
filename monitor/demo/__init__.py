"""The demonstration: a newsroom on loopback, and the real monitor watching it."""
