"""What was measured, as a page."""

def page(known, machine): return ""
