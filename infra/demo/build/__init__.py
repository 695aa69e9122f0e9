"""Builds the demo through the public API and the importers, as a bureau would; it never opens a database."""
