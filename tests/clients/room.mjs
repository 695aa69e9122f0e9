// graphql-ws: the frames of a live room, until `frames` of the wanted type have come.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const { url, session, type, frames } = JSON.parse(process.argv[2]);
const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: { language: "en" } });
const seen = [];
const room = client.iterate({
  query: "subscription Room($id: ID!) { sessionFrames(id: $id) { type sessionId productId watching } }",
  variables: { id: session },
});
for await (const { data, errors } of room) {
  if (errors) throw new Error(JSON.stringify(errors));
  seen.push(data.sessionFrames);
  if (seen.filter((f) => f.type === type).length >= frames) break;
}
await client.dispose();
console.log(JSON.stringify(seen));
