"""Counters, fairs, community stores: slips, sheets, fair orders."""
