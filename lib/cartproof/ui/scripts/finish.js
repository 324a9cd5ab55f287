// The end: what is open, the merchant's message, names, and the record.
function signPart(context, role, heading, hint) {
  const who = textInput({ maxlength: 200 });
  const note = textInput({ maxlength: 2000 });
  const sign = () => context.ask({ do: "sign", role, who: who.value, note: note.value });
  const given = region("p", { class: "word" }, (look) => look[role], (word) =>
    (word ? [`✓ ${heading} by ${word.who}, ${shortTime(word.when)}${word.note ? ` – ${word.note}` : ""}`] : []));
  const named = field(`${heading} by`, who, hint);
  const node = element("div", { class: "sign" }, given.node, element("div", { class: "row grow" }, named, field(`Note of who ${role} (optional)`, note)),
    button(role === "signed" ? "Sign" : "Sign as reviewer", sign));
  return { node, update(look) { given.update(look); if (role === "signed" && !who.value) who.value = look.engineer; } };
}

// The report comes by message and opens from memory: it needs no server that has its folder.
function reportLink(context) {
  const link = element("a", { target: "_blank", rel: "noopener" }, "Open the report");
  const place = element("p", {}, "The report is being fetched…");
  context.send({ do: "report" }).then((answer) => {
    if (!answer.ok) { place.textContent = answer.text; return; }
    link.href = URL.createObjectURL(new Blob([answer.html], { type: "text/html" }));
    place.replaceChildren(link);
  });
  return place;
}

function filedPart(context) {
  return region("div", { class: "filed", role: "status" }, (look) => look.filing, (filing) => {
    if (filing.running) return element("p", {}, element("progress", { "aria-label": "Filing" }), " The notebook is running headless…");
    if (filing.trouble) return element("p", { class: "wrong" }, `✗ Not filed. ${filing.trouble}`);
    if (!filing.verdict) return [];
    context.say("");
    return [element("p", {}, element("strong", {}, `Filed: ${filing.verdict}.`)),
      filing.folder ? reportLink(context) : null,
      filing.folder ? element("p", { class: "hint" }, `In ${filing.folder}`)
        : element("p", { class: "wrong" }, "✗ A secret stood in a file: nothing was published.")];
  });
}

function finishPanel(context) {
  const title = element("h3", { id: freshId("title"), tabindex: "-1" }, "Finish");
  const verdict = region("span", {}, (look) => look.verdict, (word) => badge(word === "verified" ? "✓" : word === "failed" ? "✗" : "?", `${word} so far`, word));
  const counts = region("p", { class: "counts" }, (look) => look.counts, (all) => all.map((one) => badge(one.shape, `${one.count} ${one.words}`, one.words.replaceAll(" ", "-"))));
  const open = region("div", {}, (look) => look.open, (points) => (points.length ? [element("h4", {}, "What is open, and who must act"),
    element("ol", { class: "open" }, ...points.map((point) => element("li", { value: point.number },
      button(point.title, () => goTo(point.id, context.say), { class: "link" }), ` – ${point.shape} ${point.words} – `, element("strong", {}, point.who),
      ...point.why.map((text) => element("p", { class: "hint" }, text)))))] : [element("p", { class: "good" }, "✓ No required step is open.")]));
  const message = element("textarea", { rows: 6, readonly: true });
  const copy = button("Copy the message", () => copyText(message.value, () => context.say("Copied."), () => {
    message.focus();
    message.select();
    context.say("This browser does not let the page copy. The message is selected: press Ctrl+C (⌘C on a Mac).");
  }));
  const letter = { node: element("div", { class: "letter" }, element("h4", {}, "Message for the merchant"), field("Ready to copy", message), copy), update(look) { message.value = look.message; } };
  const file = button("File the record", () => context.ask({ do: "file" }), { class: "main" });
  const order = element("p", { class: "odd" }, "▲ Run anew, it makes a test order of its own where that was confirmed, and archives it.");
  const filing = { node: element("div", { class: "record" }, element("h4", {}, "Record"), element("p", { class: "hint" },
    "Runs this notebook anew, headless, with the answers, and files notebook, report, record and journal."), order, file),
  update(look) { file.disabled = Boolean(look.filing.running); order.hidden = !look.makes_order; } };
  const parts = [{ node: element("header", {}, title, verdict.node), update: verdict.update }, storePart(), counts, open, letter,
    { node: element("h4", {}, "Names"), update() {} },
    signPart(context, "signed", "Signed", "Who did this."), signPart(context, "reviewed", "Reviewed", "A second person, if your team wants one."), filing, filedPart(context)];
  return { parts, attributes: { "aria-labelledby": title.id, "data-panel": "finish" } };
}
