// A check that changes the store: its plan first, and on a LIVE store the name typed in full.
function consentPart(context) {
  const typed = textInput();
  const begin = () => context.ask({ do: "check", confirm: typed.value }).then((said) => { if (said.ok) typed.value = ""; });
  const named = field("Type the store's name in full (its hash, where the token may not read the name)", typed);
  const words = element("p", { class: "odd" });
  const plan = region("div", {}, (look) => look.consent?.consequences, (lines) => (lines?.length ? [
    element("strong", {}, "The plan: one order, of one invented product, for an invented guest. What follows from it:"),
    element("ul", {}, ...lines.map((line) => element("li", {}, line)))] : []));
  const start = button("", begin, { class: "main" });
  const node = element("div", { class: "consent" }, plan.node, words, named, start);
  return {
    node,
    update(look) {
      node.hidden = !look.consent || ["skipped", "running", "to-do"].includes(look.state) || look.store.kind === "none";
      if (node.hidden) return;
      plan.update(look);
      const { wants_name: wantsName, creates } = look.consent;
      named.hidden = !wantsName;
      words.textContent = creates
        ? `▲ This creates one order in ${look.store.words}; it is archived at the end. ${wantsName ? "Without the name the plan alone is shown." : ""}`
        : "▲ This archives the order that this run created, and nothing else.";
      start.textContent = creates ? (wantsName ? "Show the plan, or create the order" : "Create the test order") : "Archive the test order";
    },
  };
}
