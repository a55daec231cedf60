// The one entry of every npm script: `node scripts/run.mjs COMMAND …`. Runs on any Node that can read it, sets up what
// is missing, then runs the command with the Node that npm installed. Plain JavaScript: nothing is installed yet.
const oldestNode = 20;
const [command, ...args] = process.argv.slice(2);

if (Number(process.versions.node.split(".")[0]) < oldestNode) {
  console.error(
    `Atelier needs Node ${oldestNode} or newer to set itself up; this is ${process.versions.node}. Install one from https://nodejs.org and run the same command again.`,
  );
  if (command === "test") console.log("0 passed, 1 failed");
  process.exit(1);
}

import("./lib/commands.mjs").then(({ runCommand }) => runCommand(command, args));
