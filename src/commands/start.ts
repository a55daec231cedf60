import { randomBytes } from "node:crypto";
import { invoiceRulesOf } from "../compose/billing.ts";
import { listen } from "../compose/server.ts";
import { type Config, type Environment, parseConfig } from "../config.ts";
import { placesToDemoPlaces } from "../demo/demoPlaces.ts";
import { demoSite } from "../demo/demoSite.ts";
import { demoRates } from "../demo/demoSsp.ts";
import { startTraffic, type Traffic, townsOfTraffic } from "../demo/traffic/startTraffic.ts";
import { freePort } from "../embedded/freePort.ts";
import { type Embedded, startEmbedded } from "../embedded/startEmbedded.ts";
import {
  startTestPaymentProvider,
  type TestPaymentProvider,
} from "../embedded/testPaymentProvider.ts";
import { explainListenError } from "../explainListenError.ts";
import type { Places } from "../geo/places.ts";
import { frontPageRouter } from "../routes/console.ts";
import { createDemoImagesRouter } from "../routes/demoImages.ts";
import { createDynamoDbClient, emulatorCredentials } from "../stores/dynamodb/client.ts";
import { ensureScoresTable } from "../stores/dynamodb/ensureScoresTable.ts";
import { createScoresTable } from "../stores/dynamodb/scores.ts";
import { readContours } from "../stores/files/contours.ts";
import { readPlaces } from "../stores/files/places.ts";
import { migrateToLatest } from "../stores/postgres/migrate.ts";
import { createDatabase } from "../stores/postgres/pool.ts";
import { checkPortIsFree } from "./checkPort.ts";
import { composeByRole } from "./composeByRole.ts";
import { type DemoAccess, prepareDemo } from "./demo.ts";
import { composeDemoTown } from "./demoTown.ts";
import { type EmbeddedStream, openEmbeddedStream } from "./embeddedStream.ts";
import { untilStopped } from "./untilStopped.ts";

type Say = (line: string) => void;

/** The whole system on this machine, with its own Postgres, Redis and DynamoDB emulator, and with demo data. */
export async function start(environment: Environment, cacheDir: string, say: Say): Promise<void> {
  const settings = parseConfig(environment, "start");
  for (const warning of settings.warnings) say(warning);
  const port = settings.port === 0 ? await freePort() : settings.port;
  await checkPortIsFree(settings.host, port);
  const publicUrl = settings.publicUrl ?? `http://localhost:${port}`;
  const searchPath = environment.PATH ?? "";
  const { dataDir } = settings;
  const embedded = await startEmbedded({ dataDir, cacheDir, searchPath, log: say });
  const beside: (() => Promise<void>)[] = [embedded.stop];
  const stopBeside = async (): Promise<void> => {
    for (const stop of beside.splice(0).reverse()) await stop();
  };
  try {
    const payments = await openTestPayments(port);
    beside.push(payments.close);
    const stream = await openStream(settings, say);
    if (stream !== null) beside.push(stream.stop);
    const config: Config = {
      ...settings,
      ...embedded,
      kinesisEndpoint: stream?.endpoint ?? null,
      paymentProviderUrl: payments.url,
      paymentProviderKey: payments.apiKey,
      paymentWebhookSecret: payments.webhookSecret,
      port,
      publicUrl,
      awsRegion: settings.awsRegion,
      role: "all",
    };
    const access = await fill(config, embedded, say);
    stream?.startReading(config);
    beside.push(await serveDemo(config, access, environment));
    for (const line of welcome(publicUrl, access)) say(line);
    await untilStopped(stopBeside, say);
  } catch (error) {
    await stopBeside();
    throw error;
  }
}

/** Null = events go to files, without one. */
async function openStream(
  settings: Pick<Config, "eventStream" | "dataDir" | "kinesisStream" | "awsRegion">,
  say: Say,
): Promise<EmbeddedStream | null> {
  return settings.eventStream === "kinesis" ? openEmbeddedStream(settings, say) : null;
}

/** The servers and their public; answers how all of it stops. */
async function serveDemo(
  config: Config,
  access: DemoAccess,
  environment: Environment,
): Promise<() => Promise<void>> {
  const town = composeDemoTown({
    config,
    baseUrl: localUrl(config),
    adminKey: access.keys.admin,
    // Pages come once we listen, and by then there are stores.
    stores: () => running.server.stores,
  });
  const options = {
    dynamodbCredentials: emulatorCredentials,
    isQuickStart: true,
    demoRouters: [createDemoImagesRouter(), town, frontPageRouter()],
    demoPeople: access.accounts,
    pictures: "httpsOrLoopback" as const,
    defaultRates: demoRates,
    keepsLake: true,
  };
  const running = await composeByRole(config, options, environment);
  try {
    const { host, port } = config;
    await listen(running.server.http, host, port).catch((error) => {
      throw explainListenError(error, host, port);
    });
    await running.untilReady();
  } catch (error) {
    await running.stop();
    throw error;
  }
  const traffic = playPublic(config, running.server.stores.places);
  return async () => {
    await traffic?.stop();
    await running.stop();
  };
}

/** Who asks for ads when nobody does. */
function playPublic(config: Config, places: Places): Traffic | null {
  if (config.demoTraffic === 0) return null;
  return startTraffic({
    baseUrl: localUrl(config),
    requestsPerSecond: config.demoTraffic,
    siteKey: demoSite.publicKey,
    vendorId: config.tcfVendorId,
    seed: Date.now() >>> 0,
    towns: townsOfTraffic(placesToDemoPlaces(places)),
  });
}

/** How this machine itself reaches the server. */
function localUrl({ host, port }: Config): string {
  const reached = ["0.0.0.0", "::"].includes(host) ? "127.0.0.1" : host;
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}

/** No money moves: whoever follows the link of a payment has paid. */
async function openTestPayments(port: number): Promise<TestPaymentProvider> {
  const secret = () => randomBytes(32).toString("hex");
  const provider = await startTestPaymentProvider(secret(), secret());
  provider.tellAt(`http://127.0.0.1:${port}/v1/payment-events`);
  return provider;
}

/** Schema, tables and demo data. */
async function fill(config: Config, embedded: Embedded, say: Say): Promise<DemoAccess> {
  const ran = await migrateToLatest(config.databaseUrl);
  if (ran.length > 0) say(`Postgres: schema made (${ran.join(", ")})`);
  const db = createDatabase({ url: config.databaseUrl, maxConnections: 4, statementTimeoutMs: 0 });
  const dynamodb = createDynamoDbClient({
    endpoint: config.dynamodbEndpoint,
    region: config.awsRegion,
    credentials: emulatorCredentials,
    use: "batch",
  });
  try {
    await ensureScoresTable(dynamodb, config.scoresTable);
    const stores = {
      db,
      scores: createScoresTable(dynamodb, config.scoresTable),
      places: readPlaces(),
      contours: readContours(config.dataDir),
    };
    return await prepareDemo(stores, embedded.visitorSecret, {
      publicUrl: config.publicUrl,
      secret: embedded.tokenSecret,
      nowMs: Date.now(),
      volume: config.demoPastPercent / 100,
      invoiceRules: invoiceRulesOf(config),
      log: say,
    });
  } finally {
    dynamodb.destroy();
    await db.destroy();
  }
}

function welcome(publicUrl: string, { keys, accounts }: DemoAccess): readonly string[] {
  const body = {
    site: demoSite.publicKey,
    visitor: { id: "v-123", gdpr: false },
    place: { search: { postalCode: "87000" } },
    page: { category: "vehicules/voitures" },
    placements: [{ id: "top" }],
  };
  const bidRequest = {
    id: "1",
    imp: [{ id: "1", banner: { w: 300, h: 250 } }],
    device: { geo: { country: "FRA", zip: "87000", type: 2 } },
    regs: { gdpr: 0 },
    cur: ["EUR"],
  };
  return [
    "",
    `Atelier is ready: ${publicUrl}`,
    `  Console       ${publicUrl}/console/`,
    `  Health        ${publicUrl}/healthz  ${publicUrl}/readyz`,
    `  Demo town     ${publicUrl}/demo`,
    `  Places        ${publicUrl}/v1/places?q=limog`,
    `  Campaigns     curl -s -H 'Authorization: Bearer ${keys.admin}' '${publicUrl}/v1/campaigns?limit=3'`,
    `  Ask for an ad curl -s ${publicUrl}/v1/ads -d '${JSON.stringify(body)}' -H 'content-type: application/json'`,
    `  Ask for a bid curl -s ${publicUrl}/openrtb2/bid/demo -d '${JSON.stringify(bidRequest)}'`,
    `  Demo API keys admin   ${keys.admin}`,
    `                manager ${keys.manager}`,
    `                reader  ${keys.reader}`,
    ...accounts.map(
      ({ who, email, password }, index) =>
        `${index === 0 ? "  Log-ins       " : " ".repeat(16)}${email}  ${password}  (${who})`,
    ),
    "Ctrl-C stops everything; the data stays.",
  ];
}
