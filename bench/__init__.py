"""Measurements against peers, run by hand; nothing here is a test."""
