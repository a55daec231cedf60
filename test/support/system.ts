import request from "supertest";
import {
  type AtelierServer,
  composeServer,
  listen,
  type ServerOptions,
} from "../../src/compose/server.ts";
import { type Environment, parseConfig } from "../../src/config.ts";
import { emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { findCreative } from "../../src/targeting/snapshot.ts";
import { campaignBody, nativeBody } from "./campaignBodies.ts";
import { openProxiedStores, type ProxiedStores } from "./stores.ts";
import { until } from "./until.ts";

/** The whole ad server on real stores of its own. */
export interface System {
  readonly stores: ProxiedStores;
  readonly server: AtelierServer;
  readonly port: number;
  readonly url: string;
  readonly adminKey: string;
  /** A new key of a manager of the given advertisers. */
  managerKey(advertiserIds: readonly number[]): Promise<string>;
  post(path: string, body: object, key?: string): request.Test;
  patch(path: string, body: object, key?: string): request.Test;
  /** Creates through the API and answers the body; fails the test on a refusal. */
  create(path: string, body: object): Promise<Readonly<Record<string, number>>>;
  /**
   * A shop with one campaign, as fast as possible unless told otherwise, and one native creative; answers the campaign's
   * id once it serves here.
   */
  openShop(fields?: Readonly<Record<string, unknown>>, trade?: string): Promise<number>;
  close(): Promise<void>;
}

/** A whole ad server in this process, listening, on proxied stores of its own, or on given ones (a second node). */
export async function startSystem(
  environment: Environment = {},
  given?: ProxiedStores,
  options: Partial<ServerOptions> = {},
): Promise<System> {
  const stores = given ?? (await openProxiedStores());
  const config = parseConfig({ ...stores.environment, ...environment }, "serve");
  const server = await composeServer(config, {
    dynamodbCredentials: emulatorCredentials,
    demoRouters: [],
    ...options,
  });
  const port = await listen(server.http, config.host, config.port);
  const url = `http://127.0.0.1:${port}`;
  const adminKey = await stores.giveKey("admin");
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const post = (path: string, body: object, key = adminKey) =>
    request(url).post(path).set(bearer(key)).send(body);
  const create: System["create"] = async (path, body) => {
    const response = await post(path, body);
    if (response.status !== 201) throw new Error(`${path}: ${JSON.stringify(response.body)}`);
    return response.body;
  };
  let shops = 0;
  return {
    stores,
    server,
    url,
    port,
    adminKey,
    managerKey: (advertiserIds) => stores.giveKey("manager", advertiserIds),
    post,
    patch: (path, body, key = adminKey) => request(url).patch(path).set(bearer(key)).send(body),
    create,
    async openShop(fields = {}, trade = `métier ${++shops}`) {
      const name = `Boutique ${trade}`;
      const advertiser = await create("/v1/advertisers", { name, payerName: name, trade });
      const advertiserId = advertiser.advertiserId ?? 0;
      const campaign = await create(
        "/v1/campaigns",
        campaignBody({ advertiserId, pacing: "asap", ...fields }),
      );
      const campaignId = campaign.campaignId ?? 0;
      const creative = await create("/v1/creatives", nativeBody({ campaignId }));
      const { snapshot } = server.jobs.state;
      await until(() => findCreative(snapshot(), campaignId, creative.creativeId ?? 0) !== null);
      return campaignId;
    },
    async close() {
      await server.stop();
      if (given === undefined) await stores.close();
    },
  };
}
