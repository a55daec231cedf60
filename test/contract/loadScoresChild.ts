/** A process that loads a file of scores, to be killed: node loadScoresChild.ts FILE ENDPOINT TABLE BATCH_ROWS */

import { loadScores } from "../../src/jobs/loadScores.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { createScoresTable } from "../../src/stores/dynamodb/scores.ts";
import { loadOptions } from "./loadScoresOptions.ts";

const [file = "", endpoint = "", tableName = "", batchRows = ""] = process.argv.slice(2);
const client = createDynamoDbClient({
  endpoint,
  region: "eu-west-3",
  credentials: emulatorCredentials,
  use: "batch",
});
await loadScores({
  ...loadOptions(file, createScoresTable(client, tableName)),
  batchRows: Number(batchRows),
});
client.destroy();
