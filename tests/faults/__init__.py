"""Processes killed, messages lost, buyers at once: afterwards nothing is lost and nothing doubled."""
