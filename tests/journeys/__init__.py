"""The whole product from outside, through GraphQL: one path, and what each user does on it."""
