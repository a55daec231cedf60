import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nativeBody } from "../../support/campaignBodies.ts";
import { chromiumPath, startTagSystem, type TagSystem } from "../../support/tag/tagSystem.ts";
import { until } from "../../support/until.ts";
import { writeTcString } from "../../unit/consent/writeTcString.ts";

const place = '<div style="width:300px;min-height:378px" data-atelier="top"></div>';
const visitor = { id: "v-123" };
/** What a page says before the tag is there; its settings go before those of the block. */
const say = (settings: object): string =>
  `<script>window.atelier = [${JSON.stringify(settings)}]</script>`;
/** A consent platform that tells these events at these moments (milliseconds). */
const platform = (...events: readonly (readonly [atMs: number, data: object])[]): string =>
  `<script>window.__tcfapi = (command, version, hear) => {
    for (const [ms, data] of ${JSON.stringify(events)}) setTimeout(() => hear(data, true), ms);
  }</script>`;
const tcString = "CQAAAAAAAAAAAAKA1AFRAAAAAAAAAAAAAAAAAAAAAAAA";

describe.skipIf(chromiumPath === null)("what a page with the tag asks for, and when", () => {
  let tags: TagSystem;

  beforeAll(async () => {
    tags = await startTagSystem();
    const names = ["Toitures Martin", "Boulangerie de la Gare", "Fleurs du Pont", "Vélos Leroux"];
    for (const name of names) await tags.openShop({ name, creatives: [nativeBody()] });
  });
  afterAll(() => tags?.close());
  const open = (head: string, body: string, more: object = {}) =>
    tags.publisher.open(tags.chromium.context, { head: head + tags.script, body, ...more });

  test("all places of the page leave in one request, without a preflight or a trace on the device", async () => {
    const { page, bodies, asked, faults } = await open(
      "",
      `${place}${place}<div data-atelier="list" data-atelier-count="2"></div>`,
    );
    await until(async () => (await page.getByRole("group").count()) === 4);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]?.placements.map(({ id, count }) => `${id} ${count}`)).toEqual([
      "top 2",
      "list 2",
    ]);
    expect(asked.filter((line) => line.startsWith("OPTIONS"))).toEqual([]);
    const kept = await page.evaluate(
      "[document.cookie, localStorage.length, sessionStorage.length]",
    );
    expect(kept).toEqual(["", 0, 0]);
    expect(await tags.chromium.context.cookies()).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("a lazy place is asked for when it comes near", async () => {
    const { page, bodies } = await open(
      "",
      `${place}<p style="height:3000px"></p><div id="far" data-atelier="far" data-atelier-lazy></div>`,
    );
    await page.getByRole("group").waitFor();
    expect(bodies.map(({ placements }) => placements.map(({ id }) => id))).toEqual([["top"]]);
    await page.evaluate("scrollTo(0, 2500)");
    await page.locator("#far").getByRole("group").waitFor();
    expect(bodies[1]?.page.viewId).toBe(bodies[0]?.page.viewId);
  });

  test("another path in the same document is another page view, with settings of its own; a filter is none", async () => {
    const { page, bodies, faults } = await open("", `<main>${place}</main>`);
    await page.getByRole("group").waitFor();
    await page.evaluate("history.replaceState(0, '', '?filtre=1'); document.body.append('filtre')");
    await page.evaluate(`history.pushState(0, "", "/page-0/autre");
      document.querySelector("main").innerHTML = '<div data-atelier="other"></div>'`);
    await until(() => bodies.length === 2);
    await page.evaluate("atelier.navigate({ page: { category: 'immobilier' } })");
    await until(() => bodies.length === 3);
    expect(bodies.map(({ placements }) => placements[0]?.id)).toEqual(["top", "other", "other"]);
    expect(new Set(bodies.map(({ page: { viewId } }) => viewId)).size).toBe(3);
    expect(bodies[2]?.page.category).toBe("immobilier");
    expect(faults).toEqual([]);
  });

  test("elements that come later are found, and the page's script can name one", async () => {
    const { page, bodies } = await open("", '<div id="a" style="width:300px"></div>');
    await page.evaluate(
      `document.body.insertAdjacentHTML("beforeend", '<div id="b" data-atelier="late"></div>')`,
    );
    await page.locator("#b").getByRole("group").waitFor();
    await page.evaluate(
      `atelier.push((tag) => tag.show(document.getElementById("a"), { atelier: "named" }))`,
    );
    await page.locator("#a").getByRole("group").waitFor();
    // Named anew before it was asked for.
    await page.evaluate(`new Promise((done) => {
      const element = document.createElement("div");
      element.id = "c";
      element.dataset.atelier = "before";
      document.body.append(element);
      setTimeout(() => done(atelier.show(element, { atelier: "after" })), 1);
    })`);
    await page.locator("#c").getByRole("group").waitFor();
    expect(bodies.map(({ placements }) => placements.map(({ id }) => id))).toEqual([
      ["late"],
      ["named"],
      ["after"],
    ]);
  });

  describe("the visitor's choice", () => {
    const patient = { visitor, cmpTimeout: 5_000 };

    test("is waited for, and goes with the request and the visitor's id once it is made", async () => {
      const asking = { eventStatus: "cmpuishown", gdprApplies: true, tcString };
      const done = { ...asking, eventStatus: "useractioncomplete" };
      const { page, bodies } = await open(platform([0, asking], [700, done]) + say(patient), place);
      await page.getByRole("group").waitFor();
      expect(await page.evaluate("performance.now()")).toBeGreaterThan(700);
      expect(bodies[0]?.visitor).toEqual({ ...visitor, gdpr: true, consent: tcString });
    });

    test("that comes too late leaves the request without the visitor; the next one has it", async () => {
      const late = { eventStatus: "tcloaded", gdprApplies: true, tcString };
      const { page, bodies } = await open(
        platform([1_500, late]) + say({ visitor, cmpTimeout: 200 }),
        place,
      );
      await page.getByRole("group").waitFor();
      expect(bodies[0]?.visitor).toBe(undefined);
      await until(() => bodies.length > 0 && page.evaluate<boolean>("performance.now() > 2000"));
      await page.evaluate("atelier.navigate()");
      await until(() => bodies.length === 2);
      expect(bodies[1]?.visitor).toMatchObject({ consent: tcString });
    });

    test("that refuses goes as it is: the server uses nothing, and an ad of the place searched in is shown", async () => {
      const refusing = writeTcString({ lastUpdatedMs: Date.now() });
      const refused = { eventStatus: "useractioncomplete", gdprApplies: true, tcString: refusing };
      const { page, bodies } = await open(platform([0, refused]) + say(patient), place);
      await page.getByRole("group").waitFor();
      expect(bodies[0]?.visitor).toMatchObject({ consent: refusing });
      await page.getByRole("button", { name: "Pourquoi cette annonce" }).click();
      expect(await page.getByRole("dialog").textContent()).not.toContain("votre appareil");
    });

    test("without any platform is waited for as long as was said, and no visitor is told", async () => {
      const { page, bodies } = await open(say({ visitor, cmpTimeout: 400 }), place);
      await page.getByRole("group").waitFor();
      expect(await page.evaluate("performance.now()")).toBeGreaterThan(400);
      expect(bodies[0]?.visitor).toBe(undefined);
    });

    test("is taken from __gpp too", async () => {
      const gpp = `<script>window.__gpp = (command, hear) => setTimeout(() => hear({ eventName: "signalStatus",
        pingData: { signalStatus: "ready", sectionList: [2], gppString: "DBABMA~${tcString}" } }, true), 300)</script>`;
      const { page, bodies } = await open(gpp + say(patient), place);
      await page.getByRole("group").waitFor();
      expect(bodies[0]?.visitor).toMatchObject({ gdpr: true, consent: tcString });
    });

    test("against a profile holds at once: what was chosen by it goes, and nothing about the visitor is sent any more", async () => {
      const told =
        "<script>addEventListener('atelier:optout', () => { document.title = 'sans profil' })</script>";
      const settings = {
        visitor: { ...visitor, gdpr: false },
        place: { device: { lat: 45.83, lon: 1.26, accuracyMeters: 50 } },
      };
      const block = `<script type="application/json" data-atelier-config>${JSON.stringify({ ...settings, cmpTimeout: 0 })}</script>`;
      const { page, bodies } = await open(told + block, place);
      await page.getByRole("button", { name: "Pourquoi cette annonce" }).click();
      await page.getByRole("button", { name: "Ne plus utiliser mon profil" }).click();
      await until(() => bodies.length === 2);
      expect(await page.title()).toBe("sans profil");
      expect(bodies[0]?.visitor).toMatchObject({ id: "v-123" });
      expect(JSON.stringify(bodies[1])).not.toMatch(/v-123|45\.83/);
    });

    test("against a profile holds for an answer that is on its way: what it chose is not shown", async () => {
      const held = Promise.withResolvers<void>();
      const prepare = (page: Page) =>
        page.route(
          "**/v1/ads",
          async (route) => {
            const response = await route.fetch();
            await held.promise;
            await route.fulfill({ response });
          },
          { times: 1 },
        );
      const head = say({ visitor: { ...visitor, gdpr: false }, cmpTimeout: 0 });
      const { page, bodies, called } = await open(head, place, { prepare });
      await until(() => bodies.length === 1);
      await page.evaluate("atelier.optOut()");
      await until(() => called("/t/i/") === 1);
      const answered = page.waitForResponse("**/v1/ads");
      held.resolve();
      await (await answered).finished();
      await page.evaluate("new Promise(requestAnimationFrame)");
      expect(await page.getByRole("group").count()).toBe(1);
      expect(bodies.map((body) => body.visitor?.id)).toEqual(["v-123", undefined]);
      expect(called("/t/i/")).toBe(1);
    });
  });

  test("an ad is told as viewed after a second in view, not while it is below", async () => {
    const { page, called } = await open("", `<p style="height:2000px"></p>${place}`);
    await page.getByRole("group").waitFor();
    await until(() => called("/t/i/") === 1);
    await until(() => page.evaluate<boolean>("performance.now() > 2500"));
    expect(called("/t/v/")).toBe(0);
    await page.getByRole("group").scrollIntoViewIfNeeded();
    const seenAt = Number(await page.evaluate("performance.now()"));
    await until(() => called("/t/v/") === 1);
    expect(Number(await page.evaluate("performance.now()")) - seenAt).toBeGreaterThan(900);
  });

  test("a place gives way to another ad after its seconds in view, ten times at most, and not while somebody reads why", async () => {
    const { page, bodies, called } = await open(
      "",
      '<h1>Annonces</h1><div data-atelier="top" data-atelier-refresh="5"></div>',
      { prepare: (page: Page) => page.clock.install() },
    );
    const isTold = (kind: string, times: number) => until(() => called(`/t/${kind}/`) >= times);
    await isTold("i", 1);
    await page.clock.runFor(1_100);
    await isTold("v", 1);
    await page.getByRole("button", { name: "Pourquoi cette annonce" }).click();
    await page.clock.runFor(60_000);
    expect(bodies).toHaveLength(1);
    await page.keyboard.press("Escape");
    await page.getByRole("heading").click();
    for (let asked = 2; asked <= 11; asked++) {
      await page.clock.runFor(31_100);
      await until(() => bodies.length === asked);
      await isTold("i", asked);
      await page.clock.runFor(1_100);
      await isTold("v", asked);
    }
    await page.clock.runFor(120_000);
    expect(bodies).toHaveLength(11);
    expect(new Set(bodies.map(({ page: { viewId } }) => viewId)).size).toBe(1);
  });

  test("an impression is told also when the page is left at once", async () => {
    const campaignId = await tags.openShop({
      name: "Quincaillerie",
      campaign: { bidMicros: 90_000_000 },
      creatives: [nativeBody()],
    });
    const leave =
      "<script>addEventListener('atelier:render', () => { location.href = 'about:blank' })</script>";
    await open(leave, place);
    await until(async () => (await tags.eventsOf(campaignId)).includes("impression"));
    await tags.system.patch(`/v1/campaigns/${campaignId}`, { status: "paused" }).expect(200);
  });

  test("under a strict policy with Trusted Types everything works, and nothing is reported", async () => {
    const policy = [
      "default-src 'none'",
      "script-src ADS",
      "connect-src ADS",
      "img-src https://images.example.fr ADS",
      "frame-src ADS",
      "require-trusted-types-for 'script'",
      "trusted-types atelier",
    ].join("; ");
    const { page, faults, called } = await open("", '<div data-atelier="top"></div>', { policy });
    await page.getByRole("group").waitFor();
    await until(() => called("/t/v/") === 1);
    const size = await page.evaluate(
      'getComputedStyle(document.querySelector("[data-atelier]").shadowRoot.querySelector(".g")).fontSize',
    );
    expect(size).toBe("14px");
    await page.getByRole("button", { name: "Pourquoi cette annonce" }).click();
    await page.getByRole("dialog").waitFor();
    expect(faults).toEqual([]);
  });

  test("a page that loads the tag twice, or has an element of its name, has one", async () => {
    const { page, bodies, called, faults } = await open(
      tags.script,
      `<p id="atelier"></p>${place}`,
    );
    await page.getByRole("group").waitFor();
    await until(() => called("/t/v/") === 1);
    expect(bodies).toHaveLength(1);
    expect(called("/t/i/")).toBe(1);
    expect(faults).toEqual([]);
  });
});
