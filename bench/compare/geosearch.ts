import { Redis } from "ioredis";
import { type PlainAd, type PlainRequest, plainAds } from "./ads.ts";
import { listenWith } from "./listen.ts";

/**
 * Redis GEOSEARCH, as a team that minds its speed would use it. Radii differ, and GEOSEARCH takes one: there is a set for
 * each class of radius, all asked in one pipeline together with the visitor's caps, each for the nearest hundred; members
 * carry radius, value and category, so that they are filtered without a read. The best one under its cap is read and counted
 * in a second trip. It decides: circle, category, value, a cap of three a campaign. Not: the best of all (only of the nearest
 * hundred of a class), money, and everything that ads.ts leaves out. argv: port, redis url.
 */
const [port = "0", redisUrl = ""] = process.argv.slice(2);
const redis = new Redis(redisUrl);
const classes = [3_000, 5_000, 8_000, 13_000, 20_000, 32_000, 50_000] as const;
const nearest = 100;
const mostShown = 3;
const capsSeconds = 86_400;
const setOf = (classMeters: number) => `bench:geo:class:${classMeters}`;
const adKey = (campaignId: string) => `bench:geo:ad:${campaignId}`;

await load(plainAds());
listenWith(findAd, Number(port));

async function load(ads: readonly PlainAd[]): Promise<void> {
  await redis.del(...classes.map(setOf));
  for (let first = 0; first < ads.length; first += 1_000) {
    const pipeline = redis.pipeline();
    for (const ad of ads.slice(first, first + 1_000)) {
      const { campaignId, lat, lon, radiusMeters, valueMicros, category } = ad;
      const classMeters = classes.find((meters) => radiusMeters <= meters) ?? 50_000;
      const member = `${campaignId}|${Math.round(radiusMeters)}|${valueMicros}|${category}`;
      pipeline.geoadd(setOf(classMeters), lon, lat, member);
      const { advertiserName, title, text, imageUrl, landingUrl } = ad;
      pipeline.hset(adKey(`${campaignId}`), {
        advertiserName,
        title,
        text,
        imageUrl,
        landingUrl,
      });
    }
    await pipeline.exec();
  }
}

type Found = readonly [member: string, meters: string];

async function findAd({ lat, lon, category, visitorId }: PlainRequest) {
  const capsKey = `bench:geo:caps:${visitorId}`;
  const pipeline = redis.pipeline();
  for (const meters of classes)
    pipeline.geosearch(
      ...([setOf(meters), "FROMLONLAT", lon, lat, "BYRADIUS", meters, "m"] as const),
      ...(["ASC", "COUNT", nearest, "WITHDIST"] as const),
    );
  pipeline.hgetall(capsKey);
  const answers = (await pipeline.exec()) ?? [];
  const shown = answers.at(-1)?.[1] as Readonly<Record<string, string>>;
  let best: string | null = null;
  let bestValue = -1;
  for (const [, found] of answers.slice(0, -1))
    for (const [member, meters] of found as readonly Found[]) {
      const [campaignId = "", radius, value, wanted] = member.split("|");
      if (Number(meters) > Number(radius) || Number(value) <= bestValue) continue;
      if (wanted !== "" && wanted !== category) continue;
      if (Number(shown[campaignId] ?? 0) >= mostShown) continue;
      best = campaignId;
      bestValue = Number(value);
    }
  return best === null ? null : readAndCount(best, capsKey);
}

async function readAndCount(campaignId: string, capsKey: string) {
  const answers = await redis
    .pipeline()
    .hgetall(adKey(campaignId))
    .hincrby(capsKey, campaignId, 1)
    .expire(capsKey, capsSeconds)
    .exec();
  const ad = answers?.[0]?.[1] as Omit<PlainAd, "campaignId">;
  return { ...ad, campaignId: Number(campaignId) };
}
