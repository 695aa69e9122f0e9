"""What all services share, and nothing of any one of them."""
