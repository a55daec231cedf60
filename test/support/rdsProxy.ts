import { createHash, createHmac } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import pg from "pg";
import { localhostCertificate, localhostKey } from "./fixtures/localhostCertificate.ts";

export interface RdsProxyOptions {
  /** The Postgres behind it, with its password. */
  readonly target: string;
  /** Whose tokens count. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export interface RdsProxy {
  readonly port: number;
  /** The tokens that came, in their order. */
  readonly tokens: readonly string[];
  /** Settings that clients began a session with. */
  readonly startups: readonly Readonly<Record<string, string>>[];
  /** What was said of clients that were not let in. */
  readonly refusals: readonly string[];
  close(): Promise<void>;
}

/** What RDS Proxy lets a client begin a session with; anything else it refuses. */
const allowedAtStart = new Set(["user", "database", "client_encoding", "application_name"]);

/**
 * A front before a Postgres that behaves as RDS Proxy with IAM does: TLS alone, a token in clear within it, checked as AWS checks it
 * (signature, user, host, age), no settings at the start, and no notification ever passes.
 */
export async function startRdsProxy(options: RdsProxyOptions): Promise<RdsProxy> {
  const tokens: string[] = [];
  const startups: Readonly<Record<string, string>>[] = [];
  const refusals: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    serve(socket).catch((error: unknown) => {
      refusals.push(String(error instanceof Error ? error.message : error));
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };

  async function serve(socket: Socket): Promise<void> {
    const first = await nextBytes(socket);
    if (first.readInt32BE(4) !== 80_877_103) throw new Error("no TLS");
    const secure = new TLSSocket(socket, {
      isServer: true,
      key: localhostKey,
      cert: localhostCertificate,
    });
    secure.on("error", () => undefined);
    socket.write("S");
    const startup = readStartup(await nextBytes(secure));
    startups.push(startup);
    const odd = Object.keys(startup).find((name) => !allowedAtStart.has(name));
    if (odd !== undefined) return refuse(secure, `unsupported startup parameter: ${odd}`);
    secure.write(authentication(3));
    const token = (await nextBytes(secure)).subarray(5).toString("utf8").replace(/\0$/, "");
    tokens.push(token);
    const fault = tokenFault(token, startup.user ?? "", port, options);
    if (fault !== null) return refuse(secure, fault);
    await passOn(secure, options.target);
  }

  function refuse(secure: TLSSocket, why: string): void {
    refusals.push(why);
    const fields = `SFATAL\0C28000\0M${why}\0\0`;
    secure.end(message("E", Buffer.from(fields)));
  }

  return {
    port,
    tokens,
    startups,
    refusals,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Null = AWS would let the bearer in as `user`. */
function tokenFault(
  token: string,
  user: string,
  port: number,
  { accessKeyId, secretAccessKey, region }: RdsProxyOptions,
): string | null {
  const url = URL.parse(`https://${token}`);
  if (url === null) return "the password is no token";
  const given = url.searchParams;
  const [keyId, day = "", ofRegion, service] = (given.get("X-Amz-Credential") ?? "").split("/");
  if (given.get("Action") !== "connect" || service !== "rds-db") return "not to connect";
  if (given.get("DBUser") !== user) return "the token is another user's";
  if (url.host !== `localhost:${port}`) return "the token is for another host";
  if (keyId !== accessKeyId || ofRegion !== region) return "nobody's credentials";
  if (Number(given.get("X-Amz-Expires")) > 900) return "a token of more than a quarter of an hour";
  const signature = given.get("X-Amz-Signature");
  given.delete("X-Amz-Signature");
  const query = [...given.entries()]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const empty = createHash("sha256").update("").digest("hex");
  const canonical = ["GET", "/", query, `host:${url.host}`, "", "host", empty].join("\n");
  const scope = `${day}/${region}/rds-db/aws4_request`;
  const digest = createHash("sha256").update(canonical).digest("hex");
  const toSign = ["AWS4-HMAC-SHA256", given.get("X-Amz-Date"), scope, digest].join("\n");
  const key = [day, region, "rds-db", "aws4_request"].reduce<Buffer>(
    (last, part) => createHmac("sha256", last).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  const expected = createHmac("sha256", key).update(toSign).digest("hex");
  return signature === expected ? null : "the signature is not theirs";
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Opens a session of its own behind, tells the client that it is in, and passes bytes on; notifications stay here. */
async function passOn(client: TLSSocket, target: string): Promise<void> {
  const behind = new pg.Client({ connectionString: target });
  behind.on("error", () => undefined);
  await behind.connect();
  const { stream } = (behind as unknown as { readonly connection: { readonly stream: Socket } })
    .connection;
  stream.removeAllListeners("data");
  client.write(Buffer.concat([authentication(0), message("Z", Buffer.from("I"))]));
  client.on("data", (bytes) => stream.write(bytes));
  let rest = Buffer.alloc(0);
  stream.on("data", (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
      const whole = rest.subarray(0, 1 + rest.readInt32BE(1));
      rest = rest.subarray(whole.length);
      if (String.fromCharCode(whole[0] ?? 0) !== "A") client.write(whole);
    }
  });
  stream.on("close", () => client.destroy());
  client.on("close", () => stream.destroy());
}

function authentication(kind: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeInt32BE(kind);
  return message("R", body);
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function readStartup(bytes: Buffer): Readonly<Record<string, string>> {
  const words = bytes.subarray(8).toString("utf8").split("\0");
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < words.length && words[at] !== ""; at += 2)
    pairs.push([words[at] ?? "", words[at + 1] ?? ""]);
  return Object.fromEntries(pairs);
}

function nextBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    socket.once("data", resolve);
    socket.once("close", () => reject(new Error("closed before it said anything")));
  });
}
