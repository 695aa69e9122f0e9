// A shopper's path, whatever the client: `ask(name, variables, headers)` answers with the data of that operation or throws.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse, separateOperations } from "graphql";

export const operations = separateOperations(parse(readFileSync("shopper.graphql", "utf8")));
export const given = JSON.parse(process.argv[2]);

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function accepted(payload) {
  if (payload.userErrors.length) throw new Error(JSON.stringify(payload.userErrors));
  return payload;
}

export async function shop(ask) {
  const { guestToken } = accepted((await ask("StartGuest", {}, {})).startGuest);
  const headers = { "X-Bangfu-Guest": guestToken };
  const { nodes } = (await ask("Shelf", { merchant: given.merchant }, headers)).products;
  const { product } = await ask("Card", { id: nodes[0].id }, headers);
  const place = {
    input: {
      lines: [{ productId: product.id, quantity: "2", offerVersion: product.offerVersion }],
      recipient: given.recipient, idempotencyKey: randomUUID(),
    },
  };
  const first = accepted((await ask("Place", place, headers)).placeOrder).checkout;
  // The line broke, says the client, and sends the same key again.
  const again = accepted((await ask("Place", place, headers)).placeOrder).checkout;
  await ask("Pay", { input: { id: first.paymentId, paymentMethod: "pm_card_visa", returnUrl: given.returnUrl } }, headers)
    .then((data) => accepted(data.startPayment));
  const until = Date.now() + 30_000;
  let payment;
  do {
    ({ payment } = await ask("Paid", { id: first.paymentId }, headers));
    if (payment.state !== "paid") await pause(100);
  } while (payment.state !== "paid" && Date.now() < until);
  const { order } = await ask("Bought", { id: first.orders[0].id }, headers);
  return {
    shelf: nodes.map((n) => n.id), product: product.name, amount: first.amount.amount, payment: payment.state, order: order.state,
    same: first.orders[0].id === again.orders[0].id,
  };
}
