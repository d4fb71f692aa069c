"""The HTTP service: thin, one file a resource."""
