"""Money and goods move: offers copy, stock, checkout, payments, contracts, outlets, campaigns, the ledger."""
