"""Live selling: streamers, rooms, linked and pinned products, viewers, attribution, and sessions held elsewhere."""
