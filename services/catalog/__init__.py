"""Who and what may be sold: merchants, products, certification, labels, directory, search."""
