/** A process that publishes a file of scores, to be killed: node publishChild.ts FILE ENDPOINT TABLE VISITORS BATCH */

import { publishScores } from "../../../src/jobs/scoring/publishScores.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../../src/stores/dynamodb/client.ts";
import { createScoreWriter } from "../../../src/stores/dynamodb/publishScores.ts";
import { createScoresTable } from "../../../src/stores/dynamodb/scores.ts";

const [file = "", endpoint = "", tableName = "", visitors = "", batch = ""] = process.argv.slice(2);
const client = createDynamoDbClient({
  endpoint,
  region: "eu-west-3",
  credentials: emulatorCredentials,
  use: "batch",
});
await publishScores({
  scores: file,
  visitors: Number(visitors),
  asOfMs: Date.UTC(2026, 5, 1),
  table: createScoresTable(client, tableName),
  writer: createScoreWriter(client, tableName),
  suppressedOf: async () => new Set(),
  warm: null,
  lifeSeconds: 3_600,
  clockMs: Date.now,
  say: (line) => console.log(line),
  batchVisitors: Number(batch),
});
client.destroy();
