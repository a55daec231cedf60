import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CheckLinkOptions, checkLink } from "../../../src/links/checkLink.ts";
import { postJson } from "../../../src/links/postJson.ts";
import { shopCertificate, shopKey } from "../../support/fixtures/shopCertificate.ts";

/** A name server in somebody's hands answers differently each time it is asked. */

let server: Server;
let port = 0;
let asked = 0;
beforeAll(async () => {
  server = createServer({ cert: shopCertificate, key: shopKey }, (request, response) => {
    asked++;
    const leads = request.url === "/again" ? `https://shop.example:${port}/` : null;
    response.writeHead(leads === null ? 200 : 302, leads === null ? {} : { location: leads });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const own = [{ address: "127.0.0.1", family: 4 }];
const metadata = [{ address: "169.254.169.254", family: 4 }];

/** `answers` one after the other; the last one for ever. */
function rebinding(answers: readonly (typeof own)[]): CheckLinkOptions & { looked: () => number } {
  let looks = 0;
  return {
    deadlineMs: 2_000,
    allowLoopback: true,
    certificateAuthority: shopCertificate,
    lookupAll: async () => answers[Math.min(looks++, answers.length - 1)] ?? [],
    looked: () => looks,
  };
}

describe("a name that leads elsewhere when it is asked again", () => {
  test("is asked once, and the connection goes where that led", async () => {
    const options = rebinding([own, metadata]);
    asked = 0;
    expect(await checkLink(`https://shop.example:${port}/`, options)).toMatchObject({ ok: true });
    expect([options.looked(), asked]).toEqual([1, 1]);
  });

  test("is judged anew at each redirect", async () => {
    const options = rebinding([own, metadata]);
    asked = 0;
    const outcome = await checkLink(`https://shop.example:${port}/again`, options);
    expect(outcome).toMatchObject({ ok: false, reason: "private_address" });
    expect([options.looked(), asked]).toEqual([2, 1]);
  });

  test("gets no webhook inside either, and a webhook follows no redirect", async () => {
    const send = (path: string, options: CheckLinkOptions) =>
      postJson(`https://shop.example:${port}${path}`, "{}", {}, options);
    asked = 0;
    const inside = await send("/", rebinding([metadata, own]));
    expect([inside, asked]).toEqual([{ httpStatus: null, error: "private_address" }, 0]);
    const once = rebinding([own, metadata]);
    expect(await send("/again", once)).toEqual({ httpStatus: 302, error: "redirect" });
    expect([once.looked(), asked]).toEqual([1, 1]);
  });
});
