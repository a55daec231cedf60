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

  const forward = (from: Socket, to: Socket): void => {
    from.on("data", (data) => {
      const deliver = (): void => {
        if (stranded.has(from)) return;
        if (mode === "freeze") onHeal.push(deliver);
        else if (!to.destroyed) to.write(data);
      };
      if (delayMs === 0) deliver();
      else setTimeout(deliver, delayMs);
    });
    from.on("error", () => undefined);
    from.on("end", () => to.end());
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
      const waiting = onHeal;
      onHeal = [];
      for (const deliver of waiting) deliver();
    },
    connections: () => pairs.size,
    close() {
      destroyAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
