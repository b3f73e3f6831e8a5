// A static server that counts what it sends, compressed as a real one would.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2",
};
const IMAGES = [".svg", ".png", ".jpg", ".webp"];

export async function serve(folder) {
  let sent = {};
  const server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = path.join(folder, name.endsWith("/") ? `${name}index.html` : name);
    const kind = path.extname(file);
    if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
      // Chromium asks for this on its own account on some pages.
      response.writeHead(name === "/favicon.ico" ? 204 : 404).end();
      return;
    }
    if (!IMAGES.includes(kind)) {
      sent[name] = kind === ".woff2" ? statSync(file).size : gzipSync(readFileSync(file)).length;
    }
    response.writeHead(200, { "Content-Type": TYPES[kind] || "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    reset: () => { sent = {}; },
    weights: () => ({ ...sent }),
    close: () => server.close(),
  };
}
