// The head of the notebook: for whom, by whom, with which parameters, and where one is.
function parameterInput(parameter) {
  const { type, choices, value } = parameter;
  if (type === "bool") {
    const input = element("input", { type: "checkbox" });
    input.checked = Boolean(value);
    return [input, () => input.checked];
  }
  if (type === "list") {
    const input = element("textarea", { rows: 2, spellcheck: "false" });
    input.value = (value ?? []).join("\n");
    return [input, () => input.value.split("\n").map((line) => line.trim()).filter(Boolean)];
  }
  if (choices.length) {
    const options = choices.includes(value) ? choices : ["", ...choices];
    const input = element("select", {}, ...options.map((one) => element("option", { value: one }, one)));
    input.value = value ?? "";
    return [input, () => input.value || null];
  }
  const input = textInput();
  input.value = value ?? "";
  const number = () => (input.value.trim() === "" ? null : Number(input.value));
  return [input, () => (type === "int" || type === "float" ? number() : input.value)];
}

function parametersPart(context, readers) {
  return region("div", { class: "parameters" }, (look) => look.parameters, (parameters) => {
    readers.clear();
    return parameters.map((parameter) => {
      const [input, read] = parameterInput(parameter);
      input.dataset.key = `parameter-${parameter.name}`;
      readers.set(parameter.name, read);
      const hint = parameter.type === "list" ? "one to a line" : parameter.choices.length || parameter.type === "bool" ? "" : parameter.takes;
      return field(parameter.help[0].toUpperCase() + parameter.help.slice(1), input, [parameter.name, hint].filter(Boolean).join(" · "));
    });
  });
}

function aboutPanel(context) {
  const title = element("h3", { id: freshId("title"), tabindex: "-1" }, "About this run");
  const customer = textInput({ maxlength: 200 });
  const engineer = textInput({ maxlength: 200 });
  const readers = new Map();
  const parameters = parametersPart(context, readers);
  const save = () => context.ask({
    do: "about", customer: customer.value, engineer: engineer.value,
    parameters: Object.fromEntries([...readers].map(([name, read]) => [name, read()])),
  });
  for (const input of [customer, engineer]) input.addEventListener("keydown", (event) => { if (event.key === "Enter") save(); });
  const form = element("div", { class: "people" },
    element("div", { class: "row grow" }, field("Customer", customer, "The merchant's name, as it stands in the record."), field("Your name", engineer, "Asked once.")),
    element("details", { "data-key": "parameters" }, element("summary", {}, "Parameters of this runbook"), parameters.node),
    element("div", { class: "row" }, button("Save", save, { class: "main" })));
  const trouble = region("p", { class: "wrong" }, (look) => look.trouble, (text) => (text ? [`✗ ${text}`] : []));
  const over = region("div", {}, (look) => look.run_id, (id) => (id ? element("details", { "data-key": "over" },
    element("summary", {}, "Begin anew for this customer…"),
    element("p", {}, "Puts the answers and results so far aside, under a dated name, and forgets the credentials."),
    button("Put aside and begin anew", () => context.ask({ do: "start-over" }))) : []));
  let before = "";
  const fields = {
    node: form,
    update(look) {
      const now = `${look.customer}\n${look.engineer}`;
      if (now !== before) { customer.value = look.customer || customer.value; engineer.value = look.engineer || engineer.value || look.offered_engineer; }
      before = now;
      parameters.update(look);
    },
  };
  const offer = region("div", {}, (look) => (look.customer ? null : look.offer), (offered) => (offered ? [
    element("p", {}, `Last worked on here: ${offered.customer}.`),
    button(`Go on with ${offered.customer}`, () => context.ask({ do: "about", customer: offered.customer, engineer: engineer.value || offered.engineer }))] : []));
  const practise = practisePart();
  const parts = [{ node: element("header", {}, title), update() {} }, storePart(), trouble, offer, fields, practise, railPart(context, null, true), over];
  return { parts, attributes: { "aria-labelledby": title.id, "data-panel": "about" } };
}
