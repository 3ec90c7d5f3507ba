"""Scheduled work of the exchange."""
