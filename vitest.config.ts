import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longestFirst.ts";

const long = process.env.TEST_LONG === "1";
const withServers = process.env.TEST_WITHOUT_SERVERS !== "1";
const exclude = long ? [] : ["test/**/*.long.test.ts"];
const pure = ["test/unit/**/*.test.ts", "test/golden/**/*.test.ts"];

/**
 * `*.long.test.ts` run only with `npm run test:long`. Unit and golden tests need no servers. Files share their modules, which
 * takes a third off the whole: a process for each file costs more than most of them. Every answer over HTTP is held against the API's
 * description.
 */
export default defineConfig({
  test: {
    pool: "forks",
    setupFiles: ["test/support/openapi/checkAnswers.ts"],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: { name: "pure", include: pure, exclude, isolate: false },
      },
      {
        extends: true,
        test: {
          name: "servers",
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: [...pure, ...exclude],
          globalSetup: withServers ? ["test/support/globalSetup.ts"] : [],
        },
      },
    ],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
