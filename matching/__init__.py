"""Who qualifies for what, and why."""
