// What a check came to: a line each, remedy first where something is to be done.
function evidence(lines, key) {
  if (!lines.length) return null;
  const shown = element("ul", { class: "evidence" }, ...lines.map((line) => element("li", {}, element("code", {}, line))));
  return element("details", { "data-key": key }, element("summary", {}, `Evidence (${lines.length})`), shown);
}

function findingLine(finding, number) {
  const who = finding.who ? ` (${finding.who})` : "";
  return element("li", { class: `finding ${finding.verdict}` },
    badge(finding.shape, finding.verdict, finding.verdict), " ",
    element("strong", {}, finding.title), element("p", {}, finding.message),
    finding.remedy ? element("p", { class: "remedy" }, element("strong", {}, `To do${who}: `), finding.remedy) : null,
    evidence(finding.evidence, `evidence-${number}`));
}

function wordLine(word, verdict) {
  if (!word) return null;
  const how = verdict === "waived" ? "Let pass by" : "Confirmed by";
  const text = [`${how} ${word.who}, ${shortTime(word.when)}`, word.note, word.value].filter(Boolean).join(" – ");
  return element("p", { class: "word" }, text);
}

function resultPart() {
  return region("div", { class: "result" }, (look) => look.scopes?.rows.some((row) => row.verdict)
    ? { ...look.result, findings: look.result?.findings.filter((f) => !look.scopes.rows.some((row) => row.row === f.title)) ?? [] }
    : look.result, (result) => {
    if (!result) return [];
    const order = ["fail", "blocked", "inconclusive", "warn", "attested", "pass", "skipped"];
    const sorted = [...(result.findings ?? [])].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
    const at = result.at && sorted.length ? element("p", { class: "hint" }, `Checked ${shortTime(result.at)}`) : null;
    return [wordLine(result.word, result.verdict),
      sorted.length ? element("ul", { class: "findings" }, ...sorted.map(findingLine)) : null, at];
  });
}

function earlierPart() {
  return region("div", { class: "earlier" }, (look) => look.earlier, (earlier) => earlier.length
    ? element("details", { "data-key": "earlier" },
        element("summary", {}, `Earlier results (${earlier.length})`),
        ...earlier.map((one) => element("div", {}, element("p", {},
          badge(one.shape, one.verdict, one.verdict), ` ${shortTime(one.at)}`),
        element("ul", { class: "findings" }, ...one.findings.map(findingLine)))))
    : []);
}
