import { renameSync, writeFileSync } from "node:fs";
import kinesalite from "kinesalite";

/**
 * The process of the Kinesis emulator: `kinesisServer.ts PORT_FILE [FOLDER]`. It takes a free loopback port, writes it to
 * PORT_FILE, and keeps its streams in FOLDER (in memory without one).
 */
const [portFile, folder] = process.argv.slice(2);
if (portFile === undefined) throw new Error("usage: kinesisServer.ts PORT_FILE [FOLDER]");

const server = kinesalite({
  ...(folder === undefined ? {} : { path: folder }),
  createStreamMs: 0,
  deleteStreamMs: 0,
  updateStreamMs: 0,
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  writeFileSync(`${portFile}.new`, String(address.port));
  renameSync(`${portFile}.new`, portFile);
});
process.once("SIGTERM", () => server.close(() => process.exit(0)));
