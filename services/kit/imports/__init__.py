"""History enters by importers only: all errors at once by row and column, all or nothing per file, the same file twice
changes nothing, and a whole import can be withdrawn again. The formats stand in `docs/imports.md`.
"""
