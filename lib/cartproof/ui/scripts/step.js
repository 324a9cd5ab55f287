// One step, whole.
function headPart() {
  const number = element("p", { class: "eyebrow" });
  const title = element("h3", { tabindex: "-1", id: freshId("title") });
  const state = element("span", { class: "badge" });
  const node = element("header", {}, element("div", {}, number, title), state);
  return {
    node,
    title,
    update(look) {
      const { step, rail } = look;
      number.textContent = [`Step ${step.number} of ${rail.length}`, step.side, step.required ? "" : "not required"].filter(Boolean).join(" · ");
      title.textContent = step.title;
      state.className = `badge state ${look.state}`;
      state.replaceChildren(element("span", { "aria-hidden": "true" }, look.shape), ` ${look.words}`);
    },
  };
}

function whatPart() {
  const what = region("div", { class: "prose" }, (look) => look.step.what, (tree) => grown(tree));
  const details = element("details", { class: "what" }, element("summary", {}, "What to do"), what.node);
  let wasOver = null;
  const good = region("p", { class: "good" }, (look) => look.step.good, (tree) =>
    tree.length ? [element("strong", {}, "Good: "), ...grown(tree).flatMap((part) => (part.childNodes ? [...part.childNodes] : [part]))] : []);
  const warnings = region("ul", { class: "warnings" }, (look) => look.step.warnings, (trees) =>
    trees.map((tree) => element("li", {}, element("strong", {}, "▲ Warning: "), ...grown(tree).flatMap((part) => (part.childNodes ? [...part.childNodes] : [part])))));
  return {
    node: element("div", {}, details, warnings.node, good.node),
    update(look) {
      what.update(look);
      good.update(look);
      warnings.update(look);
      details.hidden = !look.step.what.length;
      const isOver = ["done", "waived", "skipped"].includes(look.state);
      if (isOver !== wasOver) details.open = !isOver && look.step.says_more;
      wasOver = isOver;
    },
  };
}

function checkPart(context) {
  const start = button("Check now", () => context.ask({ do: "check" }), { class: "main" });
  const stop = button("Stop", () => context.ask({ do: "cancel" }));
  const bar = element("progress", { "aria-label": "How far the check is" });
  const words = element("span");
  const going = element("div", { class: "row" }, bar, words, stop);
  const node = element("div", { class: "check" }, start, going);
  return {
    node,
    update(look) {
      const isCheck = !look.step.is_person;
      const isRunning = look.state === "running";
      const canStart = ["ready", "done", "needs-attention", "waived"].includes(look.state) && look.store.kind !== "none";
      start.hidden = !isCheck || isRunning || !canStart || Boolean(look.consent);
      start.classList.toggle("main", look.state === "ready" || look.state === "needs-attention");
      start.textContent = look.result?.findings.length ? "Check again" : "Check now";
      going.hidden = !isRunning;
      const { done, of, what } = look.progress ?? { done: 0, of: 0, what: "" };
      if (of) { bar.max = of; bar.value = done; } else bar.removeAttribute("value");
      words.textContent = of ? `${done} of ${of}: ${what}` : "asking…";
      node.hidden = start.hidden && going.hidden;
    },
  };
}

function sentencesPart() {
  return region("ul", { class: "sentences" }, (look) => look.sentences, (sentences, look) =>
    sentences.map((text) => element("li", {}, text)));
}

function stepPanel(context) {
  const look = context.look();
  const head = headPart();
  const parts = [railPart(context, look.step.id, false, `step ${look.step.number}, ${look.step.title}`), storePart(), head, sentencesPart(), whatPart()];
  if (look.credentials) parts.push(credentialsPart(context));
  if (look.practises) parts.push(practisePart());
  if (look.handover) parts.push(handoverPart(context));
  parts.push(consentPart(context), checkPart(context));
  if (look.step.is_order) parts.push(candidatesPart(context));
  if (look.scopes) parts.push(scopesPart(context));
  parts.push(resultPart(), earlierPart(), peoplePart(context));
  return { parts, attributes: { "aria-labelledby": head.title.id, "data-step": look.step.id } };
}
