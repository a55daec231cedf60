import { connect, createServer, type Socket } from "node:net";

export interface FaultProxy {
  readonly port: number;
  /** The same URL with the proxy's host and port. */
  through(url: string): string;
  /** New connections lead to another server: the one behind was started again elsewhere. */
  moveTo(targetUrl: string): void;
  /** Connections die at once and new ones are closed as soon as they open: the server is gone. */
  cut(): void;
  /** Bytes stop in both directions and nothing is closed: the network has swallowed them. */
  freeze(): void;
  /** Connections that are open now never carry another byte, though nothing closes them; new ones pass: a server has moved. */
  strand(): void;
  /** Each piece of data waits this long in each direction. */
  delay(milliseconds: number): void;
  /** Everything passes again; frozen bytes are delivered. */
  heal(): void;
  /** Pieces of data that wait to be delivered. */
  waiting(): number;
  /** Connections that are open now. */
  connections(): number;
  close(): Promise<void>;
}

type Mode = "pass" | "cut" | "freeze";

/** A TCP proxy before a store, to play the faults of a network and of a store that is away. */
export async function startFaultProxy(targetUrl: string): Promise<FaultProxy> {
  let target = new URL(targetUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  const stranded = new WeakSet<Socket>();
  let mode: Mode = "pass";
  let delayMs = 0;
  let onHeal: (() => void)[] = [];
  let waiting = 0;

  const forward = (from: Socket, to: Socket): void => {
    // Whoever's time has come takes the first of them: also pieces that wait for different times keep their order.
    const pieces: (Buffer | "end")[] = [];
    const deliver = (): void => {
      if (stranded.has(from)) return;
      if (mode === "freeze") {
        onHeal.push(deliver);
        return;
      }
      const piece = pieces.shift();
      if (piece !== undefined) waiting--;
      if (to.destroyed || piece === undefined) return;
      if (piece === "end") to.end();
      else to.write(piece);
    };
    const take = (piece: Buffer | "end"): void => {
      pieces.push(piece);
      waiting++;
      if (delayMs === 0 && pieces.length === 1) deliver();
      else setTimeout(deliver, delayMs);
    };
    from.on("data", take);
    from.on("error", () => undefined);
    from.on("end", () => take("end"));
  };
  const server = createServer((client) => {
    client.on("error", () => undefined);
    if (mode === "cut") {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    client.setNoDelay(true).once("close", end);
    upstream.setNoDelay(true).once("close", end);
    forward(client, upstream);
    forward(upstream, client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const { port } = address;
  const destroyAll = (): void => {
    for (const [client, upstream] of [...pairs]) {
      client.destroy();
      upstream.destroy();
    }
  };
  return {
    port,
    through(url) {
      const moved = new URL(url);
      moved.hostname = "127.0.0.1";
      moved.port = String(port);
      return moved.href;
    },
    moveTo(url) {
      target = new URL(url);
    },
    cut() {
      mode = "cut";
      destroyAll();
    },
    freeze() {
      mode = "freeze";
    },
    strand() {
      for (const [client, upstream] of pairs) stranded.add(client).add(upstream);
    },
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    heal() {
      mode = "pass";
      delayMs = 0;
      const frozen = onHeal;
      onHeal = [];
      for (const deliver of frozen) deliver();
    },
    waiting: () => waiting,
    connections: () => pairs.size,
    close() {
      destroyAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
