import { defineConfig } from "vitest/config";

const long = process.env.ATELIER_TEST_LONG === "1";

/** `*.long.test.ts` run only with `npm run test:long`. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: long ? [] : ["test/**/*.long.test.ts"],
    globalSetup: ["test/support/globalSetup.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
