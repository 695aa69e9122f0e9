// Apollo Client, with its link for persisted queries: the hash first, the text when the server does not know it yet.
import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client/core";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { given, operations, shop } from "./shopper.mjs";

const sent = [];
const counted = (url, init) => {
  const body = init.body ? JSON.parse(init.body) : Object.fromEntries(new URL(url).searchParams);
  sent.push({ method: init.method, operation: body.operationName, text: "query" in body });
  return fetch(url, init);
};
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.from([
    new PersistedQueryLink({ sha256: (text) => createHash("sha256").update(text).digest("hex"), useGETForHashedQueries: true }),
    new HttpLink({ uri: given.url, fetch: counted }),
  ]),
  defaultOptions: { query: { fetchPolicy: "network-only" } },
});

const result = await shop(async (name, variables, headers) => {
  const document = operations[name];
  const context = { headers };
  const isQuery = document.definitions.some((d) => d.operation === "query");
  const { data, error } = isQuery
    ? await client.query({ query: document, variables, context })
    : await client.mutate({ mutation: document, variables, context });
  if (error) throw error;
  return data;
});
console.log(JSON.stringify({ ...result, sent }));
