import { defineConfig } from "vitest/config";

const long = process.env.TEST_LONG === "1";
const withServers = process.env.TEST_WITHOUT_SERVERS !== "1";

/** `*.long.test.ts` run only with `npm run test:long`. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: long ? [] : ["test/**/*.long.test.ts"],
    globalSetup: withServers ? ["test/support/globalSetup.ts"] : [],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
