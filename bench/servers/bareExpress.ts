import express from "express";
import { Redis } from "ioredis";

/**
 * What a team would write without thinking of speed: Express, `express.json()`, optionally one ioredis GET of a
 * value as large as a visitor's, and a constant answer as large as ours, whatever is asked for.
 * argv: port, answer bytes, redis url ("-" = none), body reader ("express" or "own").
 */
const [port = "0", answerBytes = "1000", redisUrl = "-", reader = "express"] =
  process.argv.slice(2);
const answer = { filler: "x".repeat(Math.max(0, Number(answerBytes) - 13)) };
const redis = redisUrl === "-" ? null : new Redis(redisUrl);
await redis?.set("bench:visitor", Buffer.alloc(120, 7));

const app = express();
if (reader === "express") app.use(express.json());
else app.use(readWhole);
const respond: express.RequestHandler = async (_req, res) => {
  if (redis) await redis.getBuffer("bench:visitor");
  res.json(answer);
};
for (const path of ["/v1/ads", "/openrtb2/bid/:ssp", "/v1/forecasts"]) app.post(path, respond);
for (const path of ["/t/i/:token", "/v1/places"]) app.get(path, respond);

function readWhole(req: express.Request, _res: express.Response, next: express.NextFunction): void {
  const chunks: Buffer[] = [];
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.on("end", () => {
    req.body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    next();
  });
}

const server = app.listen(Number(port), "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`ready ${typeof address === "object" ? address?.port : ""}\n`);
});
