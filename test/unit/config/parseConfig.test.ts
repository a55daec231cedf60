import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configurationPage } from "../../../scripts/configurationPage.ts";
import { type Environment, parseConfig } from "../../../src/config.ts";
import { settings } from "../../../src/settings.ts";
import { SetupError } from "../../../src/setupError.ts";

const production = {
  PUBLIC_URL: "https://ads.example.fr/",
  DATABASE_URL: "postgres://atelier:secret@db:5432/atelier",
  REDIS_URL: "rediss://:secret@cache:6379?cluster=true",
  AWS_REGION: "eu-west-3",
  TOKEN_SECRET: "t".repeat(32),
  VISITOR_SECRET: "v".repeat(32),
  TCF_VENDOR_ID: "1234",
};

function refusal(environment: Environment, command: "serve" | "start" = "serve"): string {
  try {
    parseConfig(environment, command);
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("a production server", () => {
  test("gets every setting, frozen, with the safe defaults", () => {
    const config = parseConfig(production, "serve");
    expect(config).toMatchObject({
      port: 8080,
      host: "0.0.0.0",
      publicUrl: "https://ads.example.fr",
      requireSiteKey: true,
      requireSignedVisitors: true,
      tcfVendorId: 1234,
      holdSeconds: 300,
      dynamodbEndpoint: null,
      warnings: [],
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test("without anything names all that it needs, at once", () => {
    const message = refusal({});
    for (const name of Object.keys(production)) expect(message).toContain(`${name} is missing`);
    expect(message).toContain("The configuration has 7 problems:");
  });

  test.each(Object.keys(production))("does not start without %s", (name) => {
    expect(refusal({ ...production, [name]: "" })).toContain(`${name} is missing`);
  });

  test("needs no vendor id when it reads the publisher's own consent", () => {
    expect(refusal({ ...production, TCF_VENDOR_ID: "", TCF_ROLE: "publisher" })).toBe("accepted");
  });
});

describe("a wrong value is refused by name and rule, never replaced by a default", () => {
  test.each([
    ["PORT", "80a", 'PORT must be an integer from 0 to 65535; it is "80a"'],
    ["PORT", "65536", "PORT must be an integer from 0 to 65535"],
    ["PORT", "-1", "PORT must be"],
    ["PORT", "8080.5", "PORT must be"],
    ["PORT", "1e3", "PORT must be"],
    ["PORT", " 8080", "PORT must be"],
    ["HOLD_SECONDS", "9", "HOLD_SECONDS must be an integer from 10 to 3600"],
    ["REQUIRE_SITE_KEY", "yes", "REQUIRE_SITE_KEY must be true or false"],
    ["REQUIRE_SITE_KEY", "constructor", "REQUIRE_SITE_KEY must be true or false"],
    ["TCF_ROLE", "Vendor", "TCF_ROLE must be one of vendor, publisher"],
    ["PUBLIC_URL", "https://ads.example.fr/path", "PUBLIC_URL must be a URL without a path"],
    ["PUBLIC_URL", "ads.example.fr", "PUBLIC_URL must be"],
    ["DATABASE_URL", "mysql://db/atelier", "DATABASE_URL must be a URL like postgres://"],
    ["REDIS_URL", "redis://a:6379,b:6379", "REDIS_URL must be one or more URLs"],
    ["TOKEN_SECRET", "short", "TOKEN_SECRET must be a secret of at least 32 characters"],
    ["HOST", "a\nb", "HOST must be"],
    ["LOG_LEVEL", "verbose", "LOG_LEVEL must be one of silent"],
    ["OIDC_ISSUER", "http://login.example.fr", "OIDC_ISSUER must be an issuer like https://"],
    ["OIDC_ISSUER", "https://login.example.fr/?a=b", "OIDC_ISSUER must be an issuer like https://"],
    ["OIDC_CLIENT_ID", "a", "OIDC_CLIENT_ID needs OIDC_ISSUER and OIDC_CLIENT_SECRET beside it"],
  ])("%s=%s", (name, value, expected) => {
    expect(refusal({ ...production, [name]: value })).toContain(expected);
  });

  test("and secrets and passwords are never repeated", () => {
    const message = refusal({
      ...production,
      TOKEN_SECRET: "hunter2",
      DATABASE_URL: "mysql://me:hunter2@db/x",
      OIDC_CLIENT_SECRET: "hunter2\n",
    });
    expect(message).toContain("4 problems");
    expect(message).not.toContain("hunter2");
  });

  test("whatever the text, parsing answers or refuses by name", () => {
    const names = Object.values(settings).map((setting) => setting.name);
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.string({ minLength: 1, unit: "binary" }),
        (name, value) => {
          const message = refusal({ ...production, [name]: value });
          expect(message === "accepted" || message.includes(`- ${name} `)).toBe(true);
        },
      ),
    );
  });
});

describe("npm start", () => {
  test("needs nothing, and leaves the stores for the embedded servers to fill", () => {
    expect(parseConfig({}, "start")).toMatchObject({
      host: "127.0.0.1",
      dataDir: ".atelier",
      databaseUrl: null,
      redisUrl: null,
      tokenSecret: null,
      requireSiteKey: false,
      requireSignedVisitors: false,
      awsRegion: "eu-west-3",
    });
  });

  test("says that it ignores stores of yours", () => {
    expect(parseConfig({ DATABASE_URL: "postgres://mine/db" }, "start").warnings).toEqual([
      "DATABASE_URL is ignored: `npm start` runs its own; `npm run serve` uses yours",
    ]);
  });
});

test("a name that looks like ours is told with the nearest setting; names of others are left alone", () => {
  const environment = {
    ATELIER_DATADIR: "x",
    DATABSE_URL: "x",
    PATH: "/bin",
    HOSTNAME: "h",
    HOME: "/",
    LANG: "C",
  };
  expect(parseConfig(environment, "start").warnings).toEqual([
    "ATELIER_DATADIR is no setting of Atelier: did you mean ATELIER_DATA_DIR?",
    "DATABSE_URL is no setting of Atelier: did you mean DATABASE_URL?",
  ]);
});

test("every setting is read by some room", () => {
  const folder = join(import.meta.dirname, "..", "..", "..", "src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !/^([a-z]*[sS]ettings|config)\.ts$/.test(name),
  );
  const sources = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  const unread = Object.keys(settings).filter((key) => !new RegExp(`\\b${key}\\b`).test(sources));
  expect(unread).toEqual([]);
});

test("docs/configuration.md is in step with the table of settings", () => {
  const page = readFileSync(
    join(import.meta.dirname, "..", "..", "..", "docs", "configuration.md"),
    "utf8",
  );
  expect(page).toBe(configurationPage());
});
