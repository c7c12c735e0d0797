"""What all tests share: dictionaries from the cache, for nobody wants to make them for each run."""

from monitor import dictionaries

dictionaries.keep()
