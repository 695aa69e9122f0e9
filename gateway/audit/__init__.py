"""The gateway's copy of all services' audit trails: gathered, searched, and noted in the object store."""
