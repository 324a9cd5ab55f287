// The orders that may be the test: the newest first, the one that is taken marked, any to be chosen.
function orderRow(context, order, orders, name) {
  const isChosen = orders.chosen === order.id;
  const why = isChosen ? `chosen by ${orders.who}; ${order.sign}` : order.taken ? `the newest that will do: ${order.sign}` : order.sign;
  const take = () => context.ask({ do: "choose", order: order.id, who: name() });
  return element("tr", { class: order.taken ? "taken" : null },
    element("th", { scope: "row" }, `${order.id}`), element("td", {}, shortTime(order.date_created)), element("td", {}, order.status),
    element("td", {}, order.total), element("td", {}, order.email || "none"),
    element("td", {}, order.taken ? badge("✓", "taken", "pass") : null, element("span", { class: "hint" }, `${order.taken ? " " : ""}${why}`)),
    element("td", {}, isChosen ? null : button(order.taken ? "Keep it" : "Take it", take,
      { "aria-label": `${order.taken ? "Keep" : "Take"} order ${order.id} as the test order`, "data-key": `order-${order.id}` })));
}

function candidatesPart(context) {
  const who = textInput({ maxlength: 200 });
  const named = field("Your name", who, "It stands in the record beside the order you choose.");
  const name = () => who.value;
  const table = region("div", { class: "wide orders", tabindex: "0", role: "group", "aria-label": "Orders that may be the test order" },
    (look) => look.orders, (orders) => {
      if (!orders?.rows) return [];
      if (!orders.rows.length) return element("p", {}, "There is no order in that status yet. Have the merchant place one on the storefront, then check again.");
      const head = element("tr", {}, ...["Order", "Placed", "Status", "Total", "Customer", "Why"].map((text) => element("th", { scope: "col" }, text)), element("td"));
      return element("table", {}, element("thead", {}, head),
        element("tbody", {}, ...orders.rows.map((order) => orderRow(context, order, orders, name))));
    });
  const back = button("Leave it to the check", () => context.ask({ do: "choose", order: 0 }));
  const hint = element("p", { class: "hint" }, "Check now lists the newest orders here; take another one where the newest is not yours.");
  const node = element("div", { class: "candidates" }, hint, table.node, named, back);
  return {
    node,
    update(look) {
      const canChoose = look.orders && look.store.kind !== "none" && !["skipped", "to-do", "blocked"].includes(look.state);
      node.hidden = !canChoose;
      if (node.hidden) return;
      table.update(look);
      const isRunning = look.state === "running";
      node.querySelectorAll("button").forEach((one) => { one.disabled = isRunning; });
      hint.hidden = Boolean(look.orders.rows);
      named.hidden = Boolean(look.engineer) || !look.orders.rows?.length;
      back.hidden = !look.orders.chosen;
    },
  };
}
