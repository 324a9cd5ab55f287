// The account screen's rows, in its order and words.
function rowWord(context, row, look) {
  const level = element("select", {}, element("option", { value: "" }, "level on the screen…"),
    ...row.levels.map((one) => element("option", { value: one.level }, one.words)));
  level.setAttribute("aria-label", `${row.row}: level on BigCommerce's screen`);
  level.dataset.key = `level-${row.row}`;
  const who = textInput({ "aria-label": "Your name", placeholder: "your name", maxlength: 200 });
  const save = button("I read it there", () => context.ask({ do: "row", row: row.row, level: level.value, who: who.value }),
    { "aria-label": `${row.row}: I read this level on the screen`, "data-key": `save-${row.row}` });
  return element("div", { class: "row" }, level, look.engineer ? null : who, save);
}

function scopesPart(context) {
  let isWhole = false;
  const shown = region("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Rows of the account screen" },
    (look) => [look.scopes.rows, look.engineer, isWhole], ([rows], look) => {
      const listed = rows.filter((row) => isWhole || row.matters);
      const head = element("tr", {}, ...["Row", "Wanted", "Found", "Verdict"].map((text) => element("th", { scope: "col" }, text)));
      return element("table", {}, element("thead", {}, head), element("tbody", {}, ...listed.map((row) =>
        element("tr", { class: row.verdict },
          element("th", { scope: "row" }, row.row), element("td", {}, row.wanted), element("td", {}, row.found || "not looked yet"),
          element("td", {}, row.verdict ? badge(row.shape, row.verdict, row.verdict) : "",
            row.remedy ? element("p", { class: "remedy" }, row.remedy) : null,
            row.verdict && !["pass", "skipped"].includes(row.verdict) ? element("p", { class: "hint" }, row.message) : null,
            row.ask ? rowWord(context, row, look) : null)))));
    });
  const box = element("input", { type: "checkbox", onchange: () => { isWhole = box.checked; shown.update(context.look()); } });
  const filter = element("p", {}, element("label", {}, box, " Show all 27 rows, in the screen's order"));
  const click = region("div", {}, (look) => look.scopes.click, (lines) => element("details", { "data-key": "click" },
    element("summary", {}, "What to click to make the account anew"),
    element("p", {}, "BigCommerce never lets the rows of an account be changed: make a new one, and delete the old."),
    element("ol", {}, ...lines.map((line) => element("li", {}, line)))));
  const node = element("div", { class: "scopes" }, filter, shown.node, click.node);
  return { node, update(look) { shown.update(look); click.update(look); } };
}
