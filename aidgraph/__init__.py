"""The command line and the settings: the one place that composes all the others."""
