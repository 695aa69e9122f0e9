"""Campaigns of unions and staff."""
