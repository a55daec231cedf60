import { createHmac } from "node:crypto";
import { isbot } from "isbot";
import { truncateIp } from "../consent/truncateIp.ts";
import { createAddressKey } from "./addressKey.ts";
import { type AddressRanges, isPrivateAddress, parseAddress } from "./addressRanges.ts";
import type { EventSource, InvalidReason, TrackedEventKind } from "./ports.ts";
import { remembered } from "./remembered.ts";

/** How much of one source is believed. 0 switches a rule off. */
export interface TrafficRules {
  /** A click sooner after the decision is no person's: the answer must arrive, be drawn, seen and reached. */
  readonly fastestClickMs: number;
  /** A view sooner after the decision cannot be: it takes a second in sight (MRC). A tenth is left for clocks. */
  readonly fastestViewMs: number;
  /** A person's next click on the same campaign is free for so long. */
  readonly duplicateClickMs: number;
  /** The most of one kind of event on one advertiser's ads in a clock hour; impressions and views count apart. */
  readonly hourly: {
    readonly viewsPerAddress: number;
    readonly clicksPerAddress: number;
    readonly viewsPerPerson: number;
    readonly clicksPerPerson: number;
  };
}

/** Nobody is doubted. */
export const trustingRules: TrafficRules = {
  fastestClickMs: 0,
  fastestViewMs: 0,
  duplicateClickMs: 0,
  hourly: { viewsPerAddress: 0, clicksPerAddress: 0, viewsPerPerson: 0, clicksPerPerson: 0 },
};

/**
 * Why an event comes too soon after its decision, or null. An early impression is a fast page, nothing more: even one before its
 * decision, which is two nodes whose clocks differ by less than the page took. Pure.
 */
export function tooFastReason(
  kind: TrackedEventKind,
  sinceDecisionMs: number,
  rules: Pick<TrafficRules, "fastestClickMs" | "fastestViewMs">,
): InvalidReason | null {
  const fastest = { impression: 0, viewable: rules.fastestViewMs, click: rules.fastestClickMs };
  return fastest[kind] > 0 && sinceDecisionMs < fastest[kind] ? "too_fast" : null;
}

/** Who calls, as the request tells it. Neither is kept. */
export interface Caller {
  readonly userAgent: string | undefined;
  /** Null = unknown. */
  readonly address: string | null;
}

export interface CallerScreenDeps {
  /** Data centres' addresses; null = the operator gave none. Asked at each call, for the file may change. */
  readonly dataCentres: () => AddressRanges | null;
  /** How the user agents of the operator's own apps begin: not bots, whatever they look like. */
  readonly appUserAgents: readonly string[];
}

/** What is invalid about a caller itself, whatever it does; null = nothing. Costs about a microsecond. */
export type ScreenCaller = (caller: Caller) => InvalidReason | null;

const rememberedAgents = 10_000;
/** Longer user agents are judged by their beginning: what is remembered of them must stay small. */
const agentCharacters = 512;

/**
 * Bots that say so and data centres: the MRC's general invalid traffic. A caller on a private network is ourselves (a test,
 * a probe, or a balancer that TRUST_PROXY does not name), so that of those only crawlers that name themselves are doubted.
 */
export function createCallerScreen(deps: CallerScreenDeps): ScreenCaller {
  const kindOf = remembered(rememberedAgents, (agent) => kindOfAgent(agent, deps.appUserAgents));
  return ({ userAgent, address }) => {
    const kind = kindOf(beginningOf(userAgent));
    if (kind === "crawler") return "bot";
    const ranges = deps.dataCentres();
    if (kind === "browser" && ranges === null) return null;
    const parsed = address === null ? null : parseAddress(withoutPort(address));
    if (parsed === null || isPrivateAddress(parsed)) return null;
    if (kind === "tool") return "bot";
    return ranges?.contains(parsed) === true ? "data_centre" : null;
  };
}

/** A long one is copied: a slice would keep all of it in memory as long as it is remembered. Headers are Latin-1. */
function beginningOf(agent = ""): string {
  if (agent.length <= agentCharacters) return agent;
  return Buffer.from(agent.slice(0, agentCharacters), "latin1").toString("latin1");
}

/** A crawler names itself; a tool (curl, a library, nothing at all) is a program that may be anybody's. */
type AgentKind = "crawler" | "tool" | "browser";

function kindOfAgent(agent: string, apps: readonly string[]): AgentKind {
  if (agent.trim() === "") return "tool";
  if (apps.some((beginning) => agent.startsWith(beginning))) return "browser";
  if (!isbot(agent)) return "browser";
  return /bot|crawl|spider/i.test(agent) ? "crawler" : "tool";
}

/** Some proxies write "203.0.113.7:51234" or "[2001:db8::1]:443". */
function withoutPort(address: string): string {
  if (address.startsWith("[")) return address.slice(1, Math.max(1, address.indexOf("]")));
  const colon = address.indexOf(":");
  return colon > 0 && colon === address.lastIndexOf(":") ? address.slice(0, colon) : address;
}

const rememberedBrowsers = 10_000;

/**
 * Gives the function that tells what is kept of a caller for an hour or so: keyed hashes of its truncated address, alone and
 * with its user agent (see docs/adr/0017). Null ones for our own network, where addresses tell nobody apart.
 */
export function createSourceOf(
  secret: string,
  screen: ScreenCaller,
): (caller: Caller) => EventSource {
  const addressKeyOf = createAddressKey(secret);
  const browserKeyOf = remembered(rememberedBrowsers, (browser) =>
    createHmac("sha256", secret).update(`browser\n${browser}`).digest("hex").slice(0, 16),
  );
  return (caller) => {
    const reason = screen(caller);
    const address = caller.address === null ? null : withoutPort(caller.address);
    const parsed = address === null ? null : parseAddress(address);
    if (address === null || parsed === null || isPrivateAddress(parsed))
      return { reason, addressKey: null, browserKey: null };
    const agent = beginningOf(caller.userAgent);
    const browserKey = browserKeyOf(`${truncateIp(address) ?? ""}\n${agent}`);
    return { reason, addressKey: addressKeyOf(address), browserKey };
  };
}

/** How the reasons of invalid traffic begin in the ledger and in the event stream. */
export const invalidPrefix = "invalid:";

/** The reason within "invalid:bot", or null for a reason of another kind. */
export function invalidReasonOf(unchargedReason: string): InvalidReason | null {
  const reason = unchargedReason.slice(invalidPrefix.length);
  return unchargedReason.startsWith(invalidPrefix) ? (reason as InvalidReason) : null;
}
