"""The command line and the settings: the one place that composes all the others."""

import os

# Polars gives memory back within a second and asks for it again in the next step: a third of
# deciding a million households was the system clearing pages. Read when Polars is first imported.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000")
