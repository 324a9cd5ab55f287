// Values pass through here on a click and are kept nowhere: no trait, no storage, no attribute.
const MASK = "••••••••";
const PAD_BYTES = 4096;
const LONGEST_SHOWN_MS = 60000;

function encoded(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

function unsealed(text, pad) {
  const bytes = Uint8Array.from(atob(text), (letter, at) => letter.charCodeAt(0) ^ pad[at]);
  return new TextDecoder().decode(bytes.slice(2, 2 + bytes[0] * 256 + bytes[1]));
}

// Selects what an element shows; told once when that was copied, or when it is selected no more.
function selectOnce(shown, told) {
  const page = shown.ownerDocument;
  const end = (isCopied) => {
    page.removeEventListener("copy", onCopy);
    page.removeEventListener("selectionchange", onChange);
    clearTimeout(late);
    getSelection().removeAllRanges();
    told(isCopied);
  };
  const isSelected = () => getSelection().containsNode(shown, true) && !getSelection().isCollapsed;
  const onCopy = () => setTimeout(() => end(true));
  const onChange = () => { if (!isSelected()) end(false); };
  const late = setTimeout(() => end(false), LONGEST_SHOWN_MS);
  getSelection().selectAllChildren(shown);
  page.addEventListener("copy", onCopy);
  setTimeout(() => page.addEventListener("selectionchange", onChange));
}

function handoverRow(context, value) {
  const shown = element("code", { class: "value" }, value.fingerprint ? MASK : "not there");
  const said = element("span", { role: "status", class: "said" });
  const say = (text) => { said.textContent = text; };
  if (!value.fingerprint) {
    return element("tr", {}, element("th", { scope: "row" }, value.label), element("td", {}, shown), element("td", {}, value.note));
  }
  const ask = async (then) => {
    const pad = crypto.getRandomValues(new Uint8Array(PAD_BYTES));
    const answer = await context.send({ do: "value", id: value.id, pad: encoded(pad) });
    if (answer.error) say(answer.error);
    else await then(unsealed(answer.sealed, pad));
  };
  const hide = () => { shown.textContent = MASK; reveal.textContent = "Show"; };
  const show = (text) => { shown.textContent = text; reveal.textContent = "Hide"; };
  const copy = button("Copy", () => ask((text) => copyText(text, say, () => {
    show(text);
    say("This browser does not let the page copy. The value is selected: press Ctrl+C (⌘C on a Mac).");
    selectOnce(shown, (isCopied) => { hide(); say(isCopied ? "✓ Copied, and hidden again." : "Hidden again, not copied."); });
  })), { "aria-label": `Copy ${value.label}`, class: "main" });
  const reveal = button("Show", () => (reveal.textContent === "Hide" ? hide() : ask(show)), { "aria-label": `Show or hide ${value.label}` });
  const pasted = secretInput({ "aria-label": `${value.label}, pasted back from the vendor's screen`, placeholder: "paste back to check" });
  const check = async () => {
    const text = pasted.value;
    pasted.value = "";
    const answer = await context.send({ do: "value", ask: "check", id: value.id, value: text });
    const reasons = answer.error ? [answer.error] : answer.reasons;
    said.className = reasons.length ? "said wrong" : "said right";
    say(reasons.length ? `✗ ${reasons.join(" ")}` : "✓ It is the right value.");
  };
  pasted.addEventListener("keydown", (event) => { if (event.key === "Enter") check(); });
  return element("tr", {}, element("th", { scope: "row" }, value.label, value.note ? element("p", { class: "hint" }, value.note) : null),
    element("td", {}, shown),
    element("td", {}, element("div", { class: "row" }, copy, reveal),
      element("div", { class: "row" }, pasted, button("Check", check, { "aria-label": `Check ${value.label}` })), said));
}

function handoverPart(context) {
  return region("div", { class: "wide handover" }, (look) => look.handover, (values) => values?.length ? element("table", {},
    element("thead", {}, element("tr", {}, ...["Their label", "Value", "Copy it there"].map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...values.map((value) => handoverRow(context, value)))) : []);
}
