import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../src/config.ts";
import {
  completeDatabaseUrl,
  completeRedisUrl,
  readDatabaseUrl,
} from "../../../src/connectionUrls.ts";
import { regionOf } from "../../../src/stores/postgres/rdsToken.ts";

const url = "postgres://atelier:secret@db:5432/atelier?application_name=a";
const plain = { auth: "password", authoritiesFile: null, sharesSessions: false } as const;

describe("the URL of Postgres", () => {
  test("stays as it is where nothing is said of it", () => {
    expect(completeDatabaseUrl(url, plain)).toBe(url);
    expect(readDatabaseUrl(url)).toEqual({ url, ...plain });
  });

  test("carries what other settings say to whoever gets it, and gives it back", () => {
    const way = {
      auth: "rds-iam",
      authoritiesFile: "/etc/rds bundle.pem",
      sharesSessions: true,
    } as const;
    const complete = completeDatabaseUrl(url, way);
    expect(complete).toContain("sslmode=verify-full");
    const { url: rest, ...read } = readDatabaseUrl(complete);
    expect(read).toEqual(way);
    expect(rest).not.toMatch(/auth=|pooler=/);
    expect(rest).toContain("application_name=a");
  });

  test("that is the path of a socket is left alone", () => {
    expect(readDatabaseUrl("/var/run/postgresql atelier").url).toBe("/var/run/postgresql atelier");
  });

  test("is completed as settings are read, for every command", () => {
    const config = parseConfig(
      {
        DATABASE_URL: "postgres://a@db/atelier",
        DATABASE_AUTH: "rds-iam",
        DATABASE_POOLER: "true",
        DATABASE_CA_FILE: "/b.pem",
      },
      "migrate",
    );
    expect(readDatabaseUrl(config.databaseUrl)).toMatchObject({
      auth: "rds-iam",
      authoritiesFile: "/b.pem",
      sharesSessions: true,
    });
    expect(() => parseConfig({ DATABASE_URL: url, DATABASE_AUTH: "iam" }, "migrate")).toThrow(
      "DATABASE_AUTH must be one of password, rds-iam",
    );
  });
});

test("Redis's password comes by itself, into the first URL, whatever signs it has", () => {
  expect(completeRedisUrl("rediss://a:6379?cluster=true", null)).toBe(
    "rediss://a:6379?cluster=true",
  );
  const complete = completeRedisUrl("rediss://a:6379,rediss://b:6379", "p@ss:/?");
  const [first = "", second] = complete.split(",");
  expect(decodeURIComponent(new URL(first).password)).toBe("p@ss:/?");
  expect(second).toBe("rediss://b:6379");
});

test("the region of a token is that of the host's name", () => {
  expect(regionOf("atelier.proxy-c9a.eu-west-3.rds.amazonaws.com")).toBe("eu-west-3");
  expect(regionOf("db.internal")).toBeNull();
});
