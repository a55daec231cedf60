import { createServer } from "node:http";

/** The ceiling: `node:http`, the body read and thrown away, a constant answer. argv: port, answer bytes. */
const [port = "0", answerBytes = "1000"] = process.argv.slice(2);
const answer = Buffer.from(JSON.stringify({ filler: "x".repeat(Number(answerBytes) - 13) }));
const headers = { "content-type": "application/json", "content-length": answer.byteLength };

const server = createServer((req, res) => {
  req.on("data", () => {});
  req.on("end", () => {
    res.writeHead(200, headers);
    res.end(answer);
  });
});
server.listen(Number(port), "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`ready ${typeof address === "object" ? address?.port : ""}\n`);
});
