// Where one is: every step as a mark; the head of the notebook has them as buttons.
function goTo(id, say) {
  const panel = document.querySelector(`.cartproof[data-step="${CSS.escape(id)}"]`);
  if (!panel) {
    say("That step's cell has not been run yet: run all cells, or scroll to it.", false);
    return;
  }
  panel.scrollIntoView({ block: "start" });
  panel.querySelector("h3")?.focus();
}

function railPart(context, current, isLong, name = "") {
  const part = region("ol", {}, (look) => look.rail, (rail) => rail.map((step) => {
    const words = `${step.number} ${step.title}: ${step.words}`;
    const mark = element("span", { "aria-hidden": "true", class: "mark" }, step.shape);
    const inside = isLong
      ? [element("button", {
          type: "button", "data-key": step.id, "aria-label": words, onclick: () => goTo(step.id, context.say),
        }, mark, element("span", { class: "number" }, `${step.number}`), step.title,
        element("span", { class: "words" }, step.words))]
      : [mark, element("span", { class: "unseen" }, words)];
    return element("li", {
      class: step.state, title: isLong ? null : words,
      "aria-current": step.id === current ? "step" : null,
    }, ...inside);
  }));
  const node = element("nav", { class: isLong ? "rail long" : "rail", "aria-label": isLong ? "Steps of this runbook" : `Steps, seen from ${name}` }, part.node);
  return { node, update: part.update };
}

function practisePart() {
  return region("p", {}, (look) => look.practise, (address) => (address ? [
    "To practise: ", element("a", { href: address, target: "_blank", rel: "noopener" }, "the sandbox's page Create API account"), "."] : []));
}

function storePart() {
  return region("p", { class: "store" }, (look) => [look.store, look.customer, look.runbook],
    ([store, customer, runbook]) => [
      badge(store.kind === "live" ? "▲" : store.kind === "sandbox" ? "◇" : "○", store.words, `store-${store.kind}`),
      element("span", {}, [store.name, customer || "no customer yet", runbook].filter(Boolean).join(" · ")),
    ]);
}
