"""Findings and what people do about them."""
