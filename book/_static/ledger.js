// The notes, recomputed: show the rows that a reader asks for, in the order that a reader asks for.
(function () {
  "use strict";
  const tables = Array.from(document.querySelectorAll("table.ledger"));
  const rows = tables.flatMap((table) => Array.from(table.tBodies[0].rows));
  const place = document.querySelector(".ledger-controls");
  if (!rows.length || !place) return;
  const texts = new Map(rows.map((row) => [row, plain(row)]));
  const verdicts = ["agrees", "rounding", "slip", "wrong", "convention", "unreadable"];

  // What a reader sees of a row, without the copies of formulas that are not meant to be read.
  function plain(row) {
    const copy = row.cloneNode(true);
    for (const hidden of copy.querySelectorAll(".katex-mathml, details")) hidden.remove();
    return copy.textContent.toLowerCase().replace(/−/g, "-");
  }

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function choice(id, label, options) {
    const select = make("select", { id });
    for (const [value, text] of options) select.append(make("option", { value }, text));
    select.addEventListener("change", show);
    place.append(make("p", {}, make("label", { for: id }, label), select));
    return select;
  }

  const counts = new Map(verdicts.map((name) => [name, rows.filter((row) => row.dataset.verdict === name).length]));
  const search = make("input", { id: "ledger-search", type: "search", autocomplete: "off", spellcheck: "false" });
  search.addEventListener("input", show);
  place.append(make("p", {}, make("label", { for: "ledger-search" }, "Words or numbers"), search));
  const verdict = choice("ledger-verdict", "Verdict", [
    ["", `all (${rows.length})`], ["mistakes", `slip or wrong (${counts.get("slip") + counts.get("wrong")})`],
    ...verdicts.map((name) => [name, `${name} (${counts.get(name)})`]),
  ]);
  const order = choice("ledger-order", "Order", [["notes", "of the notes"], ["topic", "by topic"], ["verdict", "by verdict"]]);
  const status = make("p", { class: "ledger-status", role: "status" });
  place.append(status);
  place.classList.add("ledger-live");

  const wanted = (row) => {
    const asked = verdict.value;
    const own = row.dataset.verdict;
    const fits = !asked || own === asked || (asked === "mistakes" && (own === "slip" || own === "wrong"));
    const words = search.value.toLowerCase().replace(/−/g, "-").split(/\s+/).filter(Boolean);
    return fits && words.every((word) => texts.get(row).includes(word));
  };
  const keys = {
    notes: () => 0,
    topic: (a, b) => a.dataset.topic.localeCompare(b.dataset.topic),
    verdict: (a, b) => verdicts.indexOf(a.dataset.verdict) - verdicts.indexOf(b.dataset.verdict),
  };

  function show() {
    const shown = new Set(rows.filter(wanted));
    for (const row of rows) row.hidden = !shown.has(row);
    for (const table of tables) {
      const own = rows.filter((row) => row.closest("table") === table);
      table.tBodies[0].append(...own.sort(keys[order.value]));  // sorting is stable
      table.closest("section").classList.toggle("ledger-empty", own.every((row) => row.hidden));
    }
    const text = `${shown.size} of ${rows.length} claims`;
    if (status.textContent !== text) status.textContent = text;
  }
  show();
})();
