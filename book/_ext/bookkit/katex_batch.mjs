// Render many formulas in one process: JSON on standard input, JSON on standard output.
//   in:  {"macros": {"\\R": "\\mathbb{R}"}, "formulas": [{"tex": "x^2", "display": false}]}
//   out: [{"html": "..."} or {"error": "..."}], in the same order
import { readFileSync } from "node:fs";
import katex from "katex";

const { macros, formulas } = JSON.parse(readFileSync(0, "utf8"));
const rendered = formulas.map(({ tex, display }) => {
  try {
    // A copy of the macros: \gdef in one formula must not reach the next.
    const options = { displayMode: display, macros: { ...macros }, strict: "ignore" };
    return { html: katex.renderToString(tex, options) };
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(rendered));
