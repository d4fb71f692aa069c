"""Audit questions asked of the graph, one file each."""
