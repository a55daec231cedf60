import { randomBytes } from "node:crypto";
import type { Router } from "express";
import type { Config } from "../config.ts";
import { consoleRouter, type DemoPerson } from "../routes/console.ts";
import { createConsoleFiles } from "../stores/files/consoleFiles.ts";

type ConsoleConfig = Pick<Config, "oidcIssuer" | "mapTilesUrl" | "mapTilesAttribution">;

/** The console at `/console`; `demo` are people to try it as. */
export function composeConsole(config: ConsoleConfig, demo: readonly DemoPerson[]): Router {
  const { oidcIssuer, mapTilesUrl, mapTilesAttribution } = config;
  return consoleRouter({
    files: createConsoleFiles(),
    settings: {
      oidc: oidcIssuer !== null,
      demo,
      mapTiles:
        mapTilesUrl === null ? null : { url: mapTilesUrl, attribution: mapTilesAttribution ?? "" },
    },
    newNonce: () => randomBytes(16).toString("base64"),
  });
}
