// Credentials: dropped, chosen, pasted, or by reference. Values leave by custom message and are
// kept nowhere here: no trait, no attribute, no storage; fields are emptied when they are sent.
const FIELDS = [
  ["api_path", "API path", false], ["access_token", "Access token", true],
  ["client_id", "Client ID", true], ["client_secret", "Client secret", true],
];
const LARGEST_FILE = 65536;

function credentialsPart(context) {
  const said = element("ul", { class: "said", role: "status" });
  const tell = (lines, isWrong) => {
    said.replaceChildren(...lines.map((line) => element("li", { class: isWrong ? "wrong" : "odd" }, `${isWrong ? "✗" : "▲"} ${line}`)));
  };
  const inputs = Object.fromEntries(FIELDS.map(([name, label, isSecret]) =>
    [name, isSecret ? secretInput() : textInput()]));
  const values = () => Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]));
  const empty = () => Object.values(inputs).forEach((input) => { input.value = ""; });
  const look = async () => {
    if (!inputs.access_token.value || !inputs.api_path.value) return;
    const answer = await context.ask({ do: "look", fields: values() }, true);
    if (answer.ok && !answer.lines.length) said.replaceChildren(element("li", {}, "✓ They have the form that BigCommerce gives them."));
    else tell(answer.ok ? answer.lines : [answer.text], !answer.ok);
  };
  const sent = (answer) => { if (answer.ok) { empty(); said.replaceChildren(); } else tell([answer.text], true); };
  const useFields = () => { const fields = values(); empty(); return context.ask({ do: "fields", fields }).then(sent); };
  Object.values(inputs).forEach((input) => {
    input.addEventListener("change", look);
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") useFields(); });
  });
  const hash = textInput();
  const read = async (file) => {
    if (!file) return;
    if (file.size > LARGEST_FILE) { tell([`${file.name.slice(0, 60)} is larger than 64 kB: not BigCommerce's .txt file.`], true); return; }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const isWide = bytes[0] === 0xff || bytes[0] === 0xfe;
    const text = new TextDecoder(isWide ? (bytes[0] === 0xff ? "utf-16le" : "utf-16be") : "utf-8").decode(bytes);
    await context.ask({ do: "text", text, store_hash: hash.value }).then(sent);
  };
  const chooser = element("input", { type: "file", accept: ".txt,text/plain", onchange: () => { read(chooser.files[0]).finally(() => { chooser.value = ""; }); } });
  const drop = element("div", { class: "drop" },
    field("BigCommerce's downloaded .txt file: drop it here, or choose it", chooser));
  for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, (event) => { event.preventDefault(); event.stopPropagation(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    drop.classList.remove("over");
    read(event.dataTransfer.files[0]);
  });
  const reference = textInput({ placeholder: "file:…, env:… or keyring:…" });
  const use = () => context.ask({ do: "reference", reference: reference.value, store_hash: hash.value }).then(sent);
  const give = element("div", { class: "give" }, drop,
    element("details", {}, element("summary", {}, "Paste the values instead"),
      ...FIELDS.map(([name, label]) => field(label, inputs[name])), button("Use these", useFields, { class: "main" })),
    element("details", {}, element("summary", {}, "Give a reference instead"),
      field("Reference", reference, "Where they are kept; never the values themselves."),
      field("Store hash (where the credentials name no store)", hash), button("Use this", use)));
  const held = region("div", { class: "held" }, (look) => [look.credentials, look.store], ([credentials, store]) => credentials.held ? [
    element("p", {}, badge(store.kind === "live" ? "▲" : "◇", store.words, `store-${store.kind}`),
      element("strong", {}, ` ${store.name}`), ` at ${store.origin}`),
    element("p", { class: "hint" }, `From: ${credentials.from}${credentials.account ? ` · account ${credentials.account}` : ""}`),
    ...credentials.warnings.map((line) => element("p", { class: "odd" }, `▲ ${line}`)),
    element("details", { "data-key": "prints" }, element("summary", {}, "Fingerprints"),
      element("ul", { class: "evidence" }, ...credentials.fingerprints.map((line) => element("li", {}, element("code", {}, line))))),
    button("Forget the credentials", () => context.ask({ do: "forget" })),
  ] : credentials.trouble ? [element("p", { class: "wrong" }, `✗ ${credentials.trouble}`)] : []);
  const others = element("details", {}, element("summary", {}, "Give other credentials"));
  const place = element("div");
  const node = element("div", { class: "credentials" }, held.node, place, said);
  return {
    node,
    update(look) {
      held.update(look);
      const isHeld = look.credentials.held;
      const home = isHeld ? others : place;
      if (give.parentNode !== home) home.append(give);
      if (isHeld && others.parentNode !== place) place.append(others);
      if (!isHeld) others.remove();
      give.hidden = !look.customer;
    },
  };
}
