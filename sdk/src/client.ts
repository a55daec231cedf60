import { type DryRun, type Operations, operations } from "./generated.ts";
import { fromLines, toLines, toStream } from "./lines.ts";
import { readProblem } from "./problem.ts";
import { type RetryPolicy, sendWithRetries, usualRetries, type World } from "./retry.ts";

export interface ClientOptions {
  /** "https://ads.example.fr", without a slash at the end. */
  readonly baseUrl: string;
  /** `atl_…`; absent = for what is open to everybody. */
  readonly apiKey?: string | undefined;
  readonly retries?: Partial<RetryPolicy> | undefined;
  /** Milliseconds that one try may take; default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** What tests replace: fetch, waiting, chance. */
  readonly world?: Partial<World> | undefined;
}

export interface CallOptions {
  /** The version that a change is based on: it is refused (`precondition_failed`) where there is a newer one. */
  readonly ifVersion?: number | undefined;
  /**
   * Of your own; default: a new one for each call of what takes one, so that it can be repeated safely. Null: none, for
   * questions that keep nothing and are asked often (forecasts under a hand that drags).
   */
  readonly idempotencyKey?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type OperationId = keyof Operations;
export type InputOf<Id extends OperationId> = Operations[Id]["input"];
export type AnswerOf<Id extends OperationId> = Operations[Id]["answer"];

/** Nothing need be given where nothing is required. */
type Arguments<Input> =
  Record<never, never> extends Input
    ? readonly [input?: Input, options?: CallOptions]
    : readonly [input: Input, options?: CallOptions];

/** A method for each operation: parameters of path and query by name, the body as `body`. */
export type Calls = {
  readonly [Id in OperationId]: (...args: Arguments<InputOf<Id>>) => Promise<AnswerOf<Id>>;
};

export interface Client extends Calls {
  /** Every item of a list: `for await (const campaign of client.every("listCampaigns", { status: "active" }))`. */
  every<Id extends ListId>(
    id: Id,
    input: InputOf<Id>,
    options?: CallOptions,
  ): AsyncGenerator<ItemOf<Id>>;
  /** What a write would do: it is checked and undone. */
  dryRun<Id extends DryRunnable>(
    id: Id,
    input: InputOf<Id>,
    options?: CallOptions,
  ): Promise<DryRun>;
}

/** Operations that answer a page of items. */
export type ListId = {
  [Id in OperationId]: AnswerOf<Id> extends AnyPage ? Id : never;
}[OperationId];
export type ItemOf<Id extends ListId> =
  AnswerOf<Id> extends { readonly items: readonly (infer Item)[] } ? Item : never;

type DryRunnable = {
  [Id in OperationId]: (typeof operations)[Id]["dryRun"] extends true ? Id : never;
}[OperationId];

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly takesIdempotencyKey: boolean;
  readonly bodyType: string | null;
  readonly answerType: string | null;
}

const usualWorld: World = {
  fetch: (...args) => fetch(...args),
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      if (signal?.aborted === true) stop();
      else signal?.addEventListener("abort", stop, { once: true });
    }),
  random: Math.random,
  newKey: () => crypto.randomUUID(),
};

/**
 * A client of the API. Its methods resolve to what the server answers, and reject with an `AtelierProblem` for a refusal.
 * What is safe to repeat is repeated when the server or the network is away for a moment.
 */
export function createAtelierClient(options: ClientOptions): Client {
  const world = { ...usualWorld, ...options.world };
  const settings = { ...options, world, retries: { ...usualRetries, ...options.retries } };
  const calls = Object.entries(operations).map(([id, entry]) => [
    id,
    (input: Input = {}, call: CallOptions = {}) => ask(settings, entry, input, call),
  ]);
  const dryRun = (id: OperationId, input: Input, call: CallOptions = {}) => {
    const entry: Entry = operations[id];
    const dry = { ...entry, query: [...entry.query, "dryRun"], answerType: "application/json" };
    return ask(settings, dry, { ...input, dryRun: "1" }, call);
  };
  const every = (id: ListId, input: Input, call: CallOptions = {}) =>
    everyItem((one, options) => ask(settings, operations[id], one, options), input, call);
  // Each method is made of the entry that its type was generated beside.
  return Object.assign(Object.fromEntries(calls), { dryRun, every }) as Client;
}

type Input = Readonly<Record<string, unknown>>;

interface Settings extends ClientOptions {
  readonly world: World;
  readonly retries: RetryPolicy;
}

async function ask(
  settings: Settings,
  entry: Entry,
  input: Input,
  call: CallOptions,
): Promise<unknown> {
  const { world, retries, timeoutMs = 30_000 } = settings;
  const headers = headersOf(settings, entry, call);
  const isStream = entry.bodyType === "application/x-ndjson" && !Array.isArray(input.body);
  const send = () => {
    const timeout = AbortSignal.timeout(timeoutMs);
    return world.fetch(urlOf(settings.baseUrl, entry, input), {
      method: entry.method,
      headers,
      redirect: "error",
      signal: call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]),
      ...bodyOf(entry, input.body),
    });
  };
  const isIdempotent = ["GET", "PUT", "DELETE"].includes(entry.method);
  // What streams out can be read once.
  const isSafe = !isStream && (isIdempotent || headers["idempotency-key"] !== undefined);
  const policy = isStream ? { ...retries, maxRetries: 0 } : retries;
  const response = await sendWithRetries(send, isSafe, policy, world, call.signal);
  // Of lines that were refused together each says why.
  if (!response.ok && !isOfLines(response)) throw await readProblem(response);
  return readAnswer(entry, response);
}

function headersOf(
  { apiKey, world }: Settings,
  { takesIdempotencyKey, bodyType }: Entry,
  { ifVersion, idempotencyKey }: CallOptions,
): Readonly<Record<string, string>> {
  const key =
    idempotencyKey === undefined && takesIdempotencyKey ? world.newKey() : (idempotencyKey ?? null);
  return {
    accept: "application/json, application/x-ndjson",
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    ...(bodyType === null ? {} : { "content-type": bodyType }),
    ...(ifVersion === undefined ? {} : { "if-match": `"${ifVersion}"` }),
    ...(key === null ? {} : { "idempotency-key": key }),
  };
}

function urlOf(baseUrl: string, { path, query }: Entry, input: Input): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(String(input[name])),
  );
  const given = query.filter((name) => input[name] !== undefined);
  const parameters = new URLSearchParams(
    Object.fromEntries(given.map((name) => [name, String(input[name])])),
  );
  return `${baseUrl}${filled}${given.length === 0 ? "" : `?${parameters}`}`;
}

function bodyOf({ bodyType }: Entry, body: unknown): RequestInit {
  if (bodyType === null || body === undefined) return {};
  if (bodyType === "application/json") return { body: JSON.stringify(body) };
  if (bodyType !== "application/x-ndjson") return { body: body as RequestInit["body"] };
  if (Array.isArray(body))
    return { body: body.map((value) => `${JSON.stringify(value)}\n`).join("") };
  // "half" is not in every browser's types, but where streams can be sent it is asked for.
  const streamed: RequestInit & { readonly duplex: "half" } = {
    body: toStream(toLines(body as AsyncIterable<unknown>)),
    duplex: "half",
  };
  return streamed;
}

async function readAnswer({ answerType }: Entry, response: Response): Promise<unknown> {
  if (response.status === 204 || answerType === null) {
    await response.body?.cancel();
    return undefined;
  }
  return isOfLines(response) && response.body !== null ? fromLines(response.body) : response.json();
}

const isOfLines = ({ headers }: Response): boolean =>
  headers.get("content-type")?.includes("ndjson") ?? false;

interface AnyPage {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}

/** Page by page, as they are read. */
async function* everyItem(
  list: (input: Input, options: CallOptions) => Promise<unknown>,
  input: Input,
  options: CallOptions,
): AsyncGenerator<unknown> {
  let cursor = input.cursor;
  do {
    // Only operations whose answers are pages are let in by the type of `every`.
    const page = (await list({ ...input, cursor }, options)) as AnyPage;
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
