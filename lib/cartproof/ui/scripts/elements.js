// Building blocks. Outside text goes into the page by textContent alone.
// Each panel has a module of its own, so that a count alone would give two of them one id.
const MINE = Math.random().toString(36).slice(2, 8);
let counter = 0;

function freshId(name) {
  counter += 1;
  return `cartproof-${name}-${MINE}-${counter}`;
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null && child !== ""));
  return made;
}

// The runbook's Markdown comes as a tree: texts, and [name, children, address].
const KNOWN = new Set("p ul ol li strong em code a br blockquote table thead tbody tr th td pre h3 h4 span".split(" "));

function grown(tree) {
  return tree.map((part) => {
    if (typeof part === "string") return part;
    const [name, children, address] = part;
    const made = element(KNOWN.has(name) ? name : "span", {}, ...grown(children));
    if (name === "a" && /^https?:/.test(address)) {
      made.href = address;
      made.target = "_blank";
      made.rel = "noopener noreferrer";
    }
    return made;
  });
}

// A part of the page that is built anew only when what it shows has changed; focus stays.
function region(tag, attributes, pick, build) {
  const node = element(tag, attributes);
  let before;
  return {
    node,
    update(look) {
      const shown = pick(look);
      const now = JSON.stringify(shown ?? null);
      if (now === before) return;
      before = now;
      const key = node.contains(node.ownerDocument.activeElement)
        ? node.ownerDocument.activeElement.dataset.key : null;
      const open = new Set([...node.querySelectorAll("details[open][data-key]")].map((d) => d.dataset.key));
      node.replaceChildren(...[build(shown, look) ?? []].flat().filter((child) => child != null));
      node.querySelectorAll("details[data-key]").forEach((d) => { if (open.has(d.dataset.key)) d.open = true; });
      if (key) node.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
      node.hidden = !node.hasChildNodes();
    },
  };
}

function button(text, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, "data-key": text, ...attributes }, text);
}

function field(label, input, hint = "") {
  const id = freshId("field");
  input.id = id;
  const note = hint ? element("span", { class: "hint", id: `${id}-hint` }, hint) : null;
  if (note) input.setAttribute("aria-describedby", note.id);
  return element("div", { class: "field" }, element("label", { for: id }, label), input, note);
}

function textInput(attributes = {}) {
  return element("input", { type: "text", autocomplete: "off", spellcheck: "false", ...attributes });
}

// A secret's field: no history, no suggestion, and emptied as soon as it is sent.
function secretInput(attributes = {}) {
  return element("input", {
    type: "password", autocomplete: "off", spellcheck: "false", "data-lpignore": "true",
    "data-1p-ignore": true, ...attributes,
  });
}

function badge(shape, words, kind) {
  return element("span", { class: `badge ${kind}` },
    element("span", { "aria-hidden": "true" }, shape), ` ${words}`);
}

function shortTime(text) {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

// A browser may have no clipboard for pages, or refuse it: then `instead` offers another way.
async function copyText(text, say, instead) {
  try {
    await navigator.clipboard.writeText(text);
    say("✓ Copied.");
  } catch {
    instead();
  }
}
