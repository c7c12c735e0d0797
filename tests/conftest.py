"""What all tests share: dictionaries from the cache, for nobody wants to make them for each run, and examples of
Hypothesis that may take as long as a busy machine makes them."""

from hypothesis import settings

from monitor import dictionaries

dictionaries.keep()
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
