// urql's core client.
import { Client, cacheExchange, fetchExchange } from "@urql/core";
import { given, operations, shop } from "./shopper.mjs";

const client = new Client({ url: given.url, exchanges: [cacheExchange, fetchExchange], preferGetMethod: "within-url-limit" });

const result = await shop(async (name, variables, headers) => {
  const document = operations[name];
  const context = { fetchOptions: { headers }, requestPolicy: "network-only" };
  const isQuery = document.definitions.some((d) => d.operation === "query");
  const { data, error } = await (isQuery ? client.query(document, variables, context) : client.mutation(document, variables, context)).toPromise();
  if (error) throw error;
  return data;
});
console.log(JSON.stringify(result));
