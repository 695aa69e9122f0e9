// Every audit of `graphql-http` against an address, one after the other: they are about each answer, not about many at once.
import { serverAudits } from "graphql-http";

const { url } = JSON.parse(process.argv[2]);
const results = [];
for (const audit of serverAudits({ url })) {
  const { status, reason, response } = await audit.fn();
  results.push({
    id: audit.id, name: audit.name, status, reason: reason ?? null,
    answer: response ? `${response.status} ${response.headers.get("content-type")}` : null,
  });
}
console.log(JSON.stringify(results));
