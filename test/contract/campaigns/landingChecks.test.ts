import { type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseCreative } from "../../../src/campaigns/creativeSchema.ts";
import { valueOrThrow } from "../../../src/campaigns/problems.ts";
import { checkLandings } from "../../../src/jobs/checkLandings.ts";
import type { LinkOutcome } from "../../../src/links/checkLink.ts";
import { createLandingChecks } from "../../../src/stores/postgres/landingChecks.ts";
import { nativeBody } from "../../support/campaignBodies.ts";
import {
  type OpenStore,
  openCampaignStore,
  saveCampaign,
  testActor,
} from "../../support/campaignStore.ts";
import { until } from "../../support/until.ts";

let opened: OpenStore;
let campaignId = 0;
beforeAll(async () => {
  opened = await openCampaignStore();
  ({ campaignId } = await saveCampaign(opened.store));
});
afterAll(() => opened.close());

const save = (landingUrl: string) =>
  opened.store.creatives.insert(
    valueOrThrow(parseCreative(nativeBody({ campaignId, landingUrl }))),
    testActor,
  );
const landingCheckOf = async (creativeId: number) =>
  (await opened.store.creatives.read(creativeId))?.landingCheck;

describe("landing pages", () => {
  it("are asked once each by whichever node is free, and not again before a day or, broken, an hour", async () => {
    const urls = Array.from({ length: 12 }, (_, at) => `https://shop.example.fr/${at}`);
    const made = [];
    for (const url of [...urls, ...urls.slice(0, 3)]) made.push(await save(url));
    expect(made[0]?.landingCheck).toEqual({ status: "unchecked", reason: null, checkedAt: null });
    const asked: string[] = [];
    const check = async (url: string): Promise<LinkOutcome> => {
      asked.push(url);
      return url.endsWith("/7")
        ? { ok: false, reason: "http_error", httpStatus: 404 }
        : { ok: true, httpStatus: 200 };
    };
    const node = async (): Promise<void> => {
      const checks = createLandingChecks(opened.db);
      while ((await checkLandings({ checks, check })) > 0);
    };
    await Promise.all([node(), node()]);
    // The campaign of the test has a creative with a page of its own.
    expect(asked.filter((url) => urls.includes(url)).sort()).toEqual([...urls].sort());
    const [first, broken] = [made[0]?.creativeId ?? 0, made[7]?.creativeId ?? 0];
    expect(await landingCheckOf(first)).toMatchObject({ status: "ok", reason: null });
    expect(await landingCheckOf(broken)).toMatchObject({ status: "broken", reason: "http_error" });
    const due = async (hours: number) => {
      await sql`update landing_checks set due_at = due_at - make_interval(hours => ${hours})`.execute(
        opened.db,
      );
      asked.length = 0;
      await node();
      return asked.length;
    };
    expect(await due(0)).toBe(0);
    expect(await due(1)).toBe(1);
    expect(await due(24)).toBe(13);
  });

  it("of one domain that does not answer hold up nobody else's", async () => {
    // Another campaign: each has so many creatives at most.
    ({ campaignId } = await saveCampaign(opened.store));
    const slow = Array.from({ length: 8 }, (_, at) => `https://w${at}.slow.example/${at}`);
    for (const url of [...slow, "https://quick.example.fr/"]) await save(url);
    const asked: string[] = [];
    const released = Promise.withResolvers<void>();
    const check = async (url: string): Promise<LinkOutcome> => {
      asked.push(url);
      if (url.includes("slow")) await released.promise;
      return { ok: true, httpStatus: 200 };
    };
    const working = checkLandings({ checks: createLandingChecks(opened.db), check });
    await until(() => asked.includes("https://quick.example.fr/"));
    expect(asked.filter((url) => url.includes("slow")).length).toBe(3);
    released.resolve();
    await working;
    expect(asked.filter((url) => url.includes("slow")).sort()).toEqual([...slow].sort());
  });

  it("that no creative leads to are forgotten, and those that were missed are taken up", async () => {
    const checks = createLandingChecks(opened.db);
    await save("https://missed.example.fr/");
    await sql`delete from landing_checks where url = 'https://missed.example.fr/'`.execute(
      opened.db,
    );
    await sql`insert into landing_checks (url) values ('https://nobody.example.fr/')`.execute(
      opened.db,
    );
    expect(await checks.reconcile()).toBe(1);
    expect(await checks.takeDue(10, 1_000)).toEqual(["https://missed.example.fr/"]);
  });
});

describe("the database refuses", () => {
  const media = (columns: string) =>
    sql.raw(
      `insert into media
    (advertiser_id, name, hash, upload_format, upload_bytes, width, height, sizes)
    select id, 'toit', repeat('a', 32), 'png', 10, 600, 400, '[{}]'::jsonb from advertisers limit 1
    returning id`.replace(...(columns.split(" => ") as [string, string])),
    );
  const cases: readonly (readonly [RawBuilder<unknown>, string])[] = [
    [media("'png' => 'svg'"), "media_upload_format"],
    [media("repeat('a', 32) => 'x'"), "media_hash_shape"],
    [media("'toit' => ''"), "media_name_length"],
    [media("600, 400 => 12000, 12000"), "media_pixels"],
    [media("'[{}]' => '{}'"), "media_sizes"],
    [media("10, => 10485761,"), "media_upload_bytes_range"],
    [sql`insert into landing_checks (url) values ('http://a.example')`, "landing_checks_url"],
    [sql`update landing_checks set status = 'broken'`, "landing_checks_"],
  ];
  it.each(cases.map(([statement, constraint]) => [constraint, statement] as const))(
    "%s",
    async (constraint, statement) => {
      await expect(statement.execute(opened.db)).rejects.toThrow(constraint);
    },
  );
});
