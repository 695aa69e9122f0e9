const CARD = `id name image unit pack labels countyName merchantName availability price { amount }`;
const LIST = `query Directory($first: Int!, $after: String, $countyCode: String, $category: String, $label: Label) {
  products(first: $first, after: $after, countyCode: $countyCode, category: $category, label: $label) {
    nodes { ${CARD} } pageInfo { hasNextPage endCursor } } }`;
const SEARCH = `query Search($query: String!, $first: Int!, $after: String, $countyCode: String, $category: String, $label: Label) {
  search(query: $query, first: $first, after: $after, countyCode: $countyCode, category: $category, label: $label) {
    total correctedQuery nodes { ${CARD} } pageInfo { hasNextPage endCursor } } }`;
const NAMES = `{ counties { code name } categories { code name } }`;
const LABELS = { GREEN: "绿色食品", ORGANIC: "有机", GEOGRAPHICAL_INDICATION: "地理标志", QUALITY_TESTED: "达标合格" };

const $ = (id) => document.getElementById(id);
let cursor = null, shown = 0, latest = 0;

async function ask(query, variables) {
  const answer = await fetch("/graphql", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ query, variables }) });
  const body = await answer.json();
  if (body.errors) throw new Error(body.errors[0].message);
  return body.data;
}

function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function card(product) {
  const item = element("li", "card");
  const picture = element("div", "picture");
  if (product.image) {
    const image = element("img");
    image.src = new URL(product.image).pathname;
    image.alt = "";
    image.loading = shown < 8 ? "eager" : "lazy";
    image.width = image.height = 480;
    picture.append(image);
  }
  const body = element("div", "body");
  const labels = element("div", "labels");
  for (const label of product.labels) labels.append(element("span", "", LABELS[label]));
  if (product.availability === "SOLD_OUT") labels.append(element("span", "out", "暂时售罄"));
  const price = element("p", "price", `¥${product.price.amount} `);
  price.append(element("small", "", `/ ${product.pack || product.unit}`));
  body.append(element("h2", "", product.name), element("p", "from", `${product.countyName ?? ""} · ${product.merchantName ?? ""}`));
  if (labels.children.length) body.append(labels);
  body.append(price);
  item.append(picture, body);
  return item;
}

function filters() {
  const value = (id) => $(id).value || null;
  return { countyCode: value("county"), category: value("category"), label: value("label") };
}

function remember(query) {
  const address = new URLSearchParams();
  for (const [name, value] of Object.entries({ q: query, county: $("county").value, category: $("category").value, label: $("label").value }))
    if (value) address.set(name, value);
  history.replaceState(null, "", address.size ? `?${address}` : location.pathname);
}

async function load(more = false) {
  const mine = ++latest, query = $("q").value.trim(), list = $("products");
  if (!more) {
    cursor = null; shown = 0;
    remember(query);
    list.replaceChildren(...Array.from({ length: 8 }, () => {
      const waiting = element("li", "card waiting");
      waiting.append(element("div", "picture"), element("div", "body"));
      return waiting;
    }));
  }
  list.setAttribute("aria-busy", "true");
  try {
    const data = await ask(query ? SEARCH : LIST, { ...(query ? { query } : {}), first: 24, after: cursor, ...filters() });
    if (mine !== latest) return;
    const page = query ? data.search : data.products;
    if (!more) list.replaceChildren();
    for (const product of page.nodes) { list.append(card(product)); shown += 1; }
    cursor = page.pageInfo.endCursor;
    $("more").hidden = !page.pageInfo.hasNextPage;
    $("count").textContent = query ? `“${page.correctedQuery || query}” 共 ${page.total} 件` : `已显示 ${shown} 件`;
    $("notice").hidden = shown > 0;
    $("notice").textContent = "没有符合条件的产品，换个词或放宽筛选试试。";
  } catch (error) {
    if (mine !== latest) return;
    if (!more) list.replaceChildren();
    $("notice").hidden = false;
    $("notice").textContent = "暂时连不上，请稍后再试。";
  } finally {
    list.setAttribute("aria-busy", "false");
  }
}

function fill(select, values, chosen) {
  for (const { code, name } of values) {
    const option = element("option", "", name);
    option.value = code;
    option.selected = code === chosen;
    select.append(option);
  }
}

const address = new URLSearchParams(location.search);
$("q").value = address.get("q") ?? "";
$("label").value = address.get("label") ?? "";
document.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); load(); });
for (const id of ["county", "category", "label"]) $(id).addEventListener("change", () => load());
$("more").addEventListener("click", () => load(true));
ask(NAMES).then((data) => {
  fill($("county"), data.counties, address.get("county"));
  fill($("category"), data.categories, address.get("category"));
}).catch(() => {}).finally(() => load());
