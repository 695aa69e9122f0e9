// A shopper's path: sign in, find, look, check out, pay, follow. Run: node examples/shopper.ts '{"url": …, "login": …, "password": …, "words": …}'
import { bangfu, done, newKey } from "../src/client.ts";
import {
  FindProductsDocument,
  OwnOrdersDocument,
  PaymentStateDocument,
  PlaceOrderDocument,
  ProductPageDocument,
  SignInDocument,
  StartPaymentDocument,
} from "../src/gql/graphql.ts";

interface Given {
  url: string;
  login: string;
  password: string;
  words: string;
  paymentMethod: string;
}

const given = JSON.parse(process.argv[2] ?? "{}") as Given;

const visitor = bangfu(given.url, { language: "en" });
const { tokens } = done((await visitor(SignInDocument, { login: given.login, password: given.password })).signIn);
const ask = bangfu(given.url, { language: "en", token: () => tokens?.accessToken });

const { search } = await ask(FindProductsDocument, { words: given.words });
const found = search.nodes.find((node) => node.availability !== "SOLD_OUT");
if (!found) throw new Error(`nothing on sale for ${given.words}`);

const { product } = await ask(ProductPageDocument, { id: found.id });
if (!product?.sellable) throw new Error("not on sale any more");

const order = {
  idempotencyKey: newKey(),
  lines: [{ productId: product.id, quantity: "2", offerVersion: product.offerVersion }],
  recipient: { name: "Li Lei", phone: "13800138000", address: "1 Dongchang Road", countyCode: "371502" },
};
const { checkout } = done((await ask(PlaceOrderDocument, { input: order })).placeOrder);
const again = done((await ask(PlaceOrderDocument, { input: order })).placeOrder);
if (again.checkout?.checkoutId !== checkout?.checkoutId) throw new Error("the same key had its effect twice");

const paymentId = checkout?.paymentId;
if (!paymentId) throw new Error("nothing to pay");
done((await ask(StartPaymentDocument, { input: { id: paymentId, paymentMethod: given.paymentMethod } })).startPayment);

let state = "";
for (let tries = 0; tries < 200 && state !== "paid"; tries++) {
  state = (await ask(PaymentStateDocument, { id: paymentId })).payment?.state ?? "";
  if (state !== "paid") await new Promise((wake) => setTimeout(wake, 100));
}

const { orders } = await ask(OwnOrdersDocument, {});
console.log(JSON.stringify({ state, orders: orders.nodes.map((o) => ({ state: o.state, amount: o.amount.amount })) }));
