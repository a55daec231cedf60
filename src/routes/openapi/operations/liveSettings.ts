import { liveSettingsInputSchema, liveSettingsSchema } from "../../../campaigns/liveSettings.ts";
import type { Operation } from "../operation.ts";

const path = "/v1/live-settings";
const holds = { description: "What holds now.", schema: liveSettingsSchema };

export const liveSettingsOperations: readonly Operation[] = [
  {
    id: "readLiveSettings",
    method: "get",
    path,
    tag: "Operations",
    summary: "Say what was changed without a restart",
    access: ["apiKey"],
    answers: { 200: holds },
  },
  {
    id: "writeLiveSettings",
    method: "put",
    path,
    tag: "Operations",
    summary: "Change log level and shedding for a while",
    description:
      "On every process of every node within two seconds. It replaces what was changed before, and ends by itself. For the operator's administrators.",
    access: ["apiKey"],
    body: {
      schema: liveSettingsInputSchema,
      examples: {
        quiet: { shedding: 30, forMinutes: 15 },
        verbose: { logLevel: "debug", forMinutes: 5 },
      },
    },
    answers: { 200: holds },
  },
  {
    id: "clearLiveSettings",
    method: "delete",
    path,
    tag: "Operations",
    summary: "End what was changed, now",
    access: ["apiKey"],
    answers: { 200: holds },
  },
];
