// The certified provider of npm, with one client of ours. `node provider.mjs {"port": …, "redirectUri": …, "clientId": …, "clientSecret": …}`.
// Whoever signs in with `name` is `name@example.test`, verified unless the name says otherwise.
import Provider from "oidc-provider";

const given = JSON.parse(process.argv[2]);
const provider = new Provider(`http://127.0.0.1:${given.port}`, {
  clients: [
    {
      client_id: given.clientId,
      client_secret: given.clientSecret,
      redirect_uris: [given.redirectUri],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_basic",
      id_token_signed_response_alg: "RS256",
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  pkce: { required: () => true },
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: true } },
  async findAccount(_ctx, id) {
    return {
      accountId: id,
      async claims() {
        return { sub: id, email: `${id}@example.test`, email_verified: !id.startsWith("unverified") };
      },
    };
  },
});
provider.listen(given.port, "127.0.0.1", () => console.log("listening"));
