"use strict";
{
  const body = document.querySelector("#table tbody");
  const rows = [...body.rows];
  const find = document.getElementById("find");
  const picks = ["verdict", "integration", "cause", "tag"]
    .map((id) => document.getElementById(id)).filter(Boolean);
  const shown = document.getElementById("shown");
  const seen = rows.map((row) => ({
    row,
    text: row.textContent.toLowerCase(),
    verdict: [row.dataset.verdict],
    integration: [row.dataset.integration],
    cause: [...row.querySelectorAll(".cause")].map((item) => item.textContent),
    tag: [...row.querySelectorAll(".tag")].map((item) => item.textContent),
  }));

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const each of seen) {
      const fits = words.every((word) => each.text.includes(word))
        && picks.every((pick) => !pick.value || each[pick.id].includes(pick.value));
      each.row.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = count === rows.length ? `${count} runs` : `${count} of ${rows.length} runs`;
  };

  const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;
  const values = {
    number: (row) => Number(row.dataset.number),
    seconds: (row) => Number(row.dataset.seconds),
    verdict: (row) => Number(row.dataset.order),
  };
  const sort = (head) => {
    const key = head.dataset.key;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = values[key] || ((row) => row.dataset[key]);
    const order = (a, b) => {
      const [x, y] = [value(a), value(b)];
      return typeof x === "number" ? x - y : compare(x, y);
    };
    const sorted = [...rows].sort((a, b) =>
      (down ? -order(a, b) : order(a, b)) || Number(a.dataset.number) - Number(b.dataset.number));
    body.append(...sorted);
  };

  for (const head of document.querySelectorAll("#table thead [data-key]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head));
    head.replaceChildren(button);
  }
  find.addEventListener("input", filter);
  for (const pick of picks) pick.addEventListener("change", filter);
  document.getElementById("all").addEventListener("click", () => {
    find.value = "";
    for (const pick of picks) pick.value = "";
    filter();
    find.focus();
  });
  document.getElementById("tools").hidden = false;
  filter();
}
