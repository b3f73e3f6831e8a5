// The search page: every word must begin a word of the section; titles weigh more than text.
(function () {
  "use strict";
  const sections = window.bookSections;
  const field = document.getElementById("query");
  const list = document.getElementById("search-results");
  const status = document.getElementById("search-status");
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const folded = sections.map((section) => ({ title: fold(section.title), text: fold(section.text) }));
  const LIMIT = 30;
  const literal = (word) => word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

  const beginsWord = (text, word) => (" " + text).search(new RegExp("[^\\p{L}\\p{N}]" + literal(word), "u"));

  function score(entry, words) {
    let total = 0;
    for (const word of words) {
      const inTitle = beginsWord(entry.title, word) >= 0;
      const inText = beginsWord(entry.text, word) >= 0;
      if (!inTitle && !inText) return 0;
      total += (inTitle ? 5 : 0) + (inText ? 1 : 0);
    }
    return total;
  }

  // Text around the first word found, with the words marked.
  function snippet(index, words) {
    const at = Math.max(0, ...words.map((word) => beginsWord(folded[index].text, word)));
    const whole = sections[index].text;
    const start = at > 60 ? whole.indexOf(" ", at - 60) + 1 : 0;
    const text = whole.slice(start, start + 180);
    const box = document.createElement("p");
    const found = new RegExp("(" + words.map(literal).join("|") + ")", "iu");
    if (start > 0) box.append("… ");
    // Splitting at a captured group leaves the found parts at the odd places.
    for (const [place, part] of text.split(found).entries()) {
      if (place % 2 === 0) { box.append(part); continue; }
      const mark = document.createElement("mark");
      mark.textContent = part;
      box.append(mark);
    }
    if (start + 180 < whole.length) box.append(" …");
    return box;
  }

  function result(index, words) {
    const section = sections[index];
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = section.url;
    link.textContent = section.title === section.page ? section.page : `${section.page}: ${section.title}`;
    item.append(link, snippet(index, words));
    return item;
  }

  function search() {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    const found = words.length === 0 ? [] : folded
      .map((entry, index) => [score(entry, words), index])
      .filter(([points]) => points > 0)
      .sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    list.replaceChildren(...found.slice(0, LIMIT).map(([, index]) => result(index, words)));
    if (words.length === 0) status.textContent = "";
    else if (found.length === 0) status.textContent = "Nothing found. Try the beginning of a word, or another word.";
    else status.textContent = found.length === 1 ? "1 section" : `${found.length} sections`;
  }

  document.getElementById("search-page").addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", search);
  field.value = new URLSearchParams(location.search).get("q") || "";
  search();
  field.focus({ preventScroll: true });
})();
