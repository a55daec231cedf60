import { readFileSync } from "node:fs";
import type pg from "pg";
import { readDatabaseUrl } from "../../connectionUrls.ts";
import { createRdsToken } from "./rdsToken.ts";

/** How the driver reaches a Postgres, from the one text that names it. */
export interface Connection {
  readonly options: Pick<
    pg.ClientConfig,
    "connectionString" | "host" | "port" | "user" | "database" | "password" | "ssl"
  >;
  /** Sessions are shared behind this address: LISTEN stays silent, settings of a session are refused or pin it. */
  readonly sharesSessions: boolean;
}

const usualPort = 5_432;

/**
 * Reads a URL of Postgres (`src/connectionUrls.ts`). With `auth=rds-iam` every new connection asks for a token, which
 * lives a quarter of an hour and counts only as a connection opens; it never leaves without TLS.
 * Throws where the file of authorities cannot be read.
 */
export function connectionOf(text: string): Connection {
  const { url, auth, authoritiesFile, sharesSessions } = readDatabaseUrl(text);
  if (auth === "password") return { options: { connectionString: url }, sharesSessions };
  const { hostname, port, username, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const user = decodeURIComponent(username);
  const server = { host, port: Number(port || usualPort), user };
  const database = decodeURIComponent(pathname.slice(1));
  const ssl = authoritiesFile === null ? true : { ca: readFileSync(authoritiesFile, "utf8") };
  return {
    options: { ...server, database, ssl, password: createRdsToken(server) },
    sharesSessions,
  };
}
