"""``python -m gateway.schema`` prints the SDL that docs/api/schema.graphql keeps."""

from gateway.schema import schema

print(schema)
