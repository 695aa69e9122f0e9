"""Generator of the demo city: two years of a city's program as import files."""
