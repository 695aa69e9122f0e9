from gateway.schema.orders import contracts, outlets, shopping

QUERIES = {**shopping.QUERIES, **contracts.QUERIES, **outlets.QUERIES}
MUTATIONS = {**shopping.MUTATIONS, **contracts.MUTATIONS, **outlets.MUTATIONS}
PERMISSIONS = {**shopping.PERMISSIONS, **contracts.PERMISSIONS, **outlets.PERMISSIONS}
