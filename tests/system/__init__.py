"""Who may not see what: a test per pair, at the gateway and at the service behind it."""
