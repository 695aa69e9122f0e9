ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "/graphql", headers: { "X-Bangfu-Client": "graphiql" } }),
    defaultEditorToolsVisibility: true,
    defaultQuery: "# Sign in with signIn, then send its accessToken as header Authorization: Bearer …\n{\n  products(first: 5) { nodes { name price { amount } merchantName } }\n}\n",
  }));
