// Values pass through here on a click and are kept nowhere: no trait, no storage, no attribute.
const MASK = "••••••••";
const PAD_BYTES = 4096;

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function newPad() {
  return crypto.getRandomValues(new Uint8Array(PAD_BYTES));
}

function encoded(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

function unsealed(text, pad) {
  const bytes = Uint8Array.from(atob(text), (letter, at) => letter.charCodeAt(0) ^ pad[at]);
  return new TextDecoder().decode(bytes.slice(2, 2 + bytes[0] * 256 + bytes[1]));
}

function row(model, value, answers) {
  const line = element("tr");
  const shown = element("code", value.fingerprint ? MASK : value.note);
  const said = element("span", "", { role: "status" });
  const pasted = element("input", "", {
    type: "password", autocomplete: "off", "aria-label": `${value.label}, pasted back`,
  });
  const copy = element("button", "Copy", { "aria-label": `Copy ${value.label}` });
  const reveal = element("button", "Show", { "aria-label": `Show ${value.label}` });
  const check = element("button", "Check", { "aria-label": `Check ${value.label}` });

  const ask = (then) => {
    const pad = newPad();
    answers.set(value.id, (answer) =>
      answer.error ? (said.textContent = answer.error) : then(unsealed(answer.sealed, pad)));
    model.send({ ask: "value", id: value.id, pad: encoded(pad) });
  };
  const hide = () => {
    shown.textContent = MASK;
    reveal.textContent = "Show";
  };
  const show = (text) => {
    shown.textContent = text;
    reveal.textContent = "Hide";
  };
  const select = () => getSelection().selectAllChildren(shown);

  copy.onclick = () => ask(async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied.";
    } catch {
      show(text);
      select();
      said.textContent = "Press Ctrl+C or ⌘C to copy, then Hide.";
    }
  });
  reveal.onclick = () => (reveal.textContent === "Hide" ? hide() : ask(show));
  check.onclick = () => {
    answers.set(value.id, (answer) => {
      const reasons = answer.error ? [answer.error] : answer.reasons;
      said.textContent = reasons.length ? `✗ ${reasons.join(" ")}` : "✓ Right.";
    });
    model.send({ ask: "check", id: value.id, value: pasted.value });
    pasted.value = "";
  };

  const cells = value.fingerprint ? [copy, reveal, pasted, check, said] : [said];
  const last = element("td");
  last.append(...cells);
  const middle = element("td");
  middle.append(shown);
  line.append(element("th", value.label, { scope: "row" }), middle, last);
  return line;
}

export default {
  render({ model, el }) {
    const answers = new Map();
    const receive = (answer) => answers.get(answer.id)?.(answer);
    model.on("msg:custom", receive);
    const table = element("table");
    table.append(...model.get("rows").map((value) => row(model, value, answers)));
    el.append(table);
    return () => model.off("msg:custom", receive);
  },
};
