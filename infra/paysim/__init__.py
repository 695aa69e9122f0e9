"""A payment provider that speaks Stripe's wire format, for development and tests. See docs/paysim.md."""
