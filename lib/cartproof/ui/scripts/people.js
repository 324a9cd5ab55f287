// A person's word: confirm, let pass with a reason, take back.
function peoplePart(context) {
  const who = textInput({ maxlength: 200 });
  const note = element("textarea", { rows: 1, maxlength: 2000 });
  const why = element("textarea", { rows: 1, maxlength: 2000 });
  const name = field("Your name", who, "Asked once; it stands in the record.");
  const clear = (said) => { if (said.ok) { note.value = ""; why.value = ""; } };
  const attest = () => context.ask({ do: "attest", who: who.value, note: note.value }).then(clear);
  const waive = () => context.ask({ do: "waive", who: who.value, note: why.value }).then(clear);
  const noted = field("Note (optional)", note);
  const passing = element("details", { class: "waive" },
    element("summary", {}, "Let this step pass without it…"),
    field("Why may it pass?", why), button("Let it pass", waive));
  const claim = element("p", { class: "claim" });
  const confirm = button("Confirm", attest, { class: "main" });
  const back = button("Take back", () => context.ask({ do: "take-back" }));
  const node = element("div", { class: "people" }, claim, name, noted,
    element("div", { class: "row" }, confirm, back), passing);
  return {
    node,
    update(look) {
      const isOver = ["done", "waived", "skipped", "running"].includes(look.state);
      const isInconclusive = look.result?.verdict === "inconclusive";
      const isMine = look.step.is_person && !isOver && !["blocked", "to-do"].includes(look.state);
      const canConfirm = isMine || (isInconclusive && !look.step.is_credentials && look.state === "needs-attention");
      claim.textContent = look.step.is_person ? `To confirm: ${look.step.confirm}.`
        : "No program could tell. If you have seen it yourself, your word stands for it.";
      claim.hidden = confirm.hidden = noted.hidden = !canConfirm;
      back.hidden = !look.result?.word || look.state === "running";
      passing.hidden = isOver || !look.customer || look.state === "skipped";
      name.hidden = Boolean(look.engineer) || (confirm.hidden && passing.hidden);
      node.hidden = confirm.hidden && back.hidden && passing.hidden;
    },
  };
}
