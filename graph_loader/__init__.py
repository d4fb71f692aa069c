"""Departments' files to the lake, linked people, and the graph."""
