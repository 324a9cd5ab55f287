// A check that changes the store: its exact plan first, and on a LIVE store the name typed in full.
function requestTable(caption, requests) {
  return element("table", { class: "requests" }, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...["Request", "What it does"].map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...requests.map((one) => element("tr", {},
      element("td", {}, element("code", {}, `${one.method} ${one.path}`)),
      element("td", {}, one.changes ? element("strong", {}, "▲ ") : null, one.what)))));
}

function planPart() {
  return region("div", { class: "plan wide", tabindex: "0", role: "group", "aria-label": "The plan" }, (look) => look.consent, (plan) => {
    if (!plan) return [];
    if (plan.trouble) return element("p", { class: "wrong" }, `✗ ${plan.trouble}`);
    if (!plan.creates) return requestTable("Sent on the click below, in this order", plan.requests);
    return [element("p", {}, element("strong", {}, "One order: "), plan.made),
      requestTable("Sent on the click below, in this order", plan.requests),
      requestTable("Sent at the end, by the step that archives it", plan.afterwards),
      element("details", { "data-key": "body" }, element("summary", {}, "The order as it is sent"), element("pre", { tabindex: "0" }, plan.body)),
      element("strong", {}, "What follows from it:"),
      element("ul", {}, ...plan.consequences.map((line) => element("li", {}, line)))];
  });
}

function consentPart(context) {
  const typed = textInput();
  const plan = planPart();
  const folded = element("details", {}, element("summary", {}, "The plan"), plan.node);
  const begin = () => context.ask({ do: "check", confirm: typed.value }).then((said) => { if (said.ok) typed.value = ""; });
  const named = field("Store's name", typed, "Nothing is sent before it is typed in full.");
  const label = named.querySelector("label");
  const words = element("p", { class: "odd" });
  const start = button("", begin, { class: "main" });
  const allow = () => { start.disabled = !named.hidden && !typed.value.trim(); };
  typed.addEventListener("input", allow);
  typed.addEventListener("keydown", (event) => { if (event.key === "Enter" && !start.disabled) begin(); });
  const node = element("div", { class: "consent" }, folded, words, named, start);
  let wasMade = null;
  return {
    node,
    update(look) {
      node.hidden = !look.consent || ["skipped", "running", "to-do"].includes(look.state);
      if (node.hidden) return;
      plan.update(look);
      const { creates, is_live: isLive, is_made: isMade, trouble, type } = look.consent;
      const isOver = look.state === "done" || (creates && isMade);
      if (isOver !== wasMade) folded.open = !isOver;
      wasMade = isOver;
      words.hidden = start.hidden = Boolean(trouble);
      named.hidden = Boolean(trouble) || !type.what;
      if (trouble) return;
      label.textContent = `Type the store's ${type.what} in full to confirm: ${type.text}`;
      words.className = isMade && creates ? "right" : "odd";
      start.classList.toggle("main", !isMade || !creates);
      const where = isLive ? "the LIVE store" : "the sandbox";
      words.textContent = isMade && creates ? "✓ The order is there. Its tag is looked for first: a click makes no second one."
        : creates ? `▲ This creates one order in ${where}; it is archived at the end.`
        : "▲ This archives the order that this run created, and nothing else.";
      start.textContent = !creates ? "Archive the test order" : isMade ? "Look at the order again" : `Create the test order in ${where}`;
      allow();
    },
  };
}
