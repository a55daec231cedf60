import type { IncomingMessage, ServerResponse } from "node:http";

/** What a page is told that nobody has looked for ads for; the id is that of no decision. */
const body = JSON.stringify({
  decisionId: "00000000-0000-0000-0000-000000000000",
  place: null,
  placements: [],
  overloaded: true,
});
const bodyBytes = Buffer.from(body);
const head = {
  "content-type": "application/json; charset=utf-8",
  "content-length": bodyBytes.length,
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};
const fields = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
const status = "HTTP/1.1 200 OK\r\n";
const plainBytes = Buffer.from(`${status}${fields.join("")}\r\n${body}`);

const corsOf = (origin: string) => ({ "access-control-allow-origin": origin, vary: "origin" });

/** Answers a page with no ads; its body may still come, and is thrown away. */
export function answerEmptyPage(
  { headers: { origin } }: IncomingMessage,
  response: ServerResponse,
): void {
  response.writeHead(200, origin === undefined ? head : { ...head, ...corsOf(origin) });
  response.end(bodyBytes);
}

/** The same as bytes of HTTP/1.1; `origin` of visible ASCII only, null = the request names none. */
export function emptyPageBytes(origin: string | null): Buffer | string {
  if (origin === null) return plainBytes;
  const cors = Object.entries(corsOf(origin)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${status}${fields.join("")}${cors.join("")}\r\n${body}`;
}
