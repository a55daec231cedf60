import { randomBytes } from "node:crypto";
import { campaignBody } from "../../test/support/campaignBodies.ts";
import { photo } from "../../test/support/pictures.ts";

/** What a manager does all at once who is hostile, or only very busy. All of it is allowed, and limited, by the API. */
export interface Hostile {
  /** Ends the work; resolves with how many calls were answered, by their kind. */
  readonly stop: () => Promise<Readonly<Record<string, number>>>;
}

const kindsAtOnce = 2;
const linesOfBulk = 24;
/** With the one that closes the ring, as many as a zone may have. */
const vertices = 9_999;

interface Call {
  readonly kind: string;
  readonly path: string;
  readonly type: string;
  readonly body: () => string | Buffer;
}

/** Each kind of call is sent over and over, two at once, until it is stopped. */
export async function startHostile(
  url: string,
  key: string,
  advertiserId: number,
): Promise<Hostile> {
  const calls = await callsOf(advertiserId);
  const counts: Record<string, number> = {};
  const life = { isStopped: false };
  const work = async (call: Call): Promise<void> => {
    while (!life.isStopped) {
      const answer = await fetch(`${url}${call.path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": call.type },
        body: new Uint8Array(Buffer.from(call.body())),
      });
      await answer.arrayBuffer();
      const name = `${call.kind} ${answer.status}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
  };
  const each = calls.flatMap((call) => Array.from({ length: kindsAtOnce }, () => work(call)));
  // A server that goes away ends its work, too.
  const running = Promise.allSettled(each);
  return {
    async stop() {
      life.isStopped = true;
      await running;
      return counts;
    },
  };
}

async function callsOf(advertiserId: number): Promise<readonly Call[]> {
  const star = starOf(vertices);
  const preview = JSON.stringify({ zone: { include: [star] } });
  const line = JSON.stringify({
    op: "create",
    body: campaignBody({ advertiserId, zone: { include: [starOf(vertices)] } }),
  });
  const bulk = Array.from({ length: linesOfBulk }, () => line).join("\n");
  const picture = await photo(4_000, 3_000);
  // Other bytes each time, so that no upload is known already: what follows the picture is not looked at.
  const fresh = (): Buffer => Buffer.concat([picture, randomBytes(16)]);
  return [
    { kind: "zone preview", path: "/v1/zones/preview", type: json, body: () => preview },
    { kind: "bulk", path: "/v1/campaigns/bulk?dryRun=1", type: ndjson, body: () => bulk },
    {
      kind: "upload",
      path: `/v1/media?advertiserId=${advertiserId}&name=x`,
      type: "image/jpeg",
      body: fresh,
    },
  ];
}

const json = "application/json";
const ndjson = "application/x-ndjson";

/** Points in and out around a place: the dearest outline that is allowed. */
function starOf(count: number): object {
  const ring = Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count;
    const reach = index % 2 === 0 ? 1.5 : 0.5;
    return [1.26 + reach * Math.cos(angle), 45.83 + reach * Math.sin(angle)];
  });
  const first = ring[0] ?? [0, 0];
  return { type: "polygon", geometry: { type: "Polygon", coordinates: [[...ring, first]] } };
}
