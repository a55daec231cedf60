import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import engine from "../../../scripts/lib/servingEngine.json" with { type: "json" };

it("the image starts Node for serving as `npm run serve` does", () => {
  const dockerfile = readFileSync(new URL("../../../Dockerfile", import.meta.url), "utf8");
  const entry = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? "[]";
  expect(JSON.parse(entry)).toEqual(["node", ...engine.flags, "dist/src/main.js"]);
  for (const [name, value] of Object.entries(engine.environment))
    expect(dockerfile).toContain(` ${name}=${value}`);
});

it("a Node so started runs, whether or not the machine has large pages", () => {
  const env = { ...process.env, ...engine.environment };
  const said = execFileSync(process.execPath, [...engine.flags, "-p", "'well'"], { env });
  expect(said.toString()).toBe("well\n");
});
