import { readEventSchemas } from "../../../src/stores/lake/eventSchemas.ts";
import { createFolderStorage } from "../../../src/stores/lake/folderStorage.ts";
import { importFile } from "../../../src/stores/lake/legacy/importFile.ts";
import { parseMapping } from "../../../src/stores/lake/legacy/mapping.ts";
import { createToEvent } from "../../../src/stores/lake/legacy/toEvent.ts";

/** Imports a file in chunks of 40 lines and dies at the given step, as if by kill -9. */
const [folder = "", file = "", mappingText = "", dieAt = "0"] = process.argv.slice(2);
const mapping = parseMapping(mappingText);
const schema = (await readEventSchemas()).find(({ $id }) => $id === mapping.schema)!;
let steps = 0;
await importFile({
  ...{ file, mapping, schema, folder, storage: createFolderStorage(folder) },
  toEvent: createToEvent(mapping, (visitor) => visitor.padEnd(22, "x")),
  nowMs: Date.UTC(2026, 10, 1),
  mostLines: 40,
  onStep() {
    steps += 1;
    if (String(steps) === dieAt) process.kill(process.pid, "SIGKILL");
  },
});
