"""Institutions, contracts, call-offs, deliveries."""
