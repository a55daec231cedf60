import pg from "pg";
import { type Connection, connectionOf } from "./connection.ts";

export interface ChangeListener {
  /** True while the connection stands and listens; false = only polling tells of changes. */
  isListening(): boolean;
  stop(): Promise<void>;
}

export interface ListenOptions {
  readonly url: string;
  readonly onChange: () => void;
  /** Told of each lost connection, for the log. */
  readonly onLost: (error: Error | null) => void;
  /** First pause before a new connection, doubled at each failure up to 5 s. */
  readonly firstRetryMs?: number;
}

const longestRetryMs = 5_000;

/**
 * Calls `onChange` as soon as a transaction that changed something has committed, and once after each (re)connection,
 * since something may have been missed. Connects in the background and again whenever the connection is lost.
 * LISTEN needs a session of its own: through a pooler that shares sessions it would stay silent and keep a session to itself,
 * so that nobody listens there, and polling does the work.
 */
export function listenForChanges(options: ListenOptions): ChangeListener {
  const connection = connectionOf(options.url);
  return connection.sharesSessions
    ? { isListening: () => false, stop: async () => undefined }
    : listenOn(connection, options);
}

function listenOn({ options: server }: Connection, options: ListenOptions): ChangeListener {
  const firstRetryMs = options.firstRetryMs ?? 100;
  let retryMs = firstRetryMs;
  let session: Session | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isListening = false;
  let isStopped = false;

  const open = (): void => {
    session = openSession(server, {
      onReady() {
        isListening = true;
        retryMs = firstRetryMs;
        options.onChange();
      },
      onChange: options.onChange,
      onLost(error) {
        isListening = false;
        if (isStopped) return;
        options.onLost(error);
        timer = setTimeout(open, retryMs);
        retryMs = Math.min(longestRetryMs, retryMs * 2);
      },
    });
  };

  open();
  return {
    isListening: () => isListening,
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await session?.end();
      isListening = false;
    },
  };
}

interface Session {
  end(): Promise<void>;
}

interface SessionHandlers {
  readonly onReady: () => void;
  readonly onChange: () => void;
  /** Called exactly once, whether the session could not begin, was lost, or was ended by us. */
  readonly onLost: (error: Error | null) => void;
}

/** One connection from its first try to its end. */
function openSession(server: Connection["options"], handlers: SessionHandlers): Session {
  const client = new pg.Client({
    ...server,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  });
  let isLost = false;
  const lose = (error: Error | null): void => {
    if (isLost) return;
    isLost = true;
    // What closing a broken connection says is of no use: the first error is reported.
    client.end().catch(() => undefined);
    handlers.onLost(error);
  };
  client.on("error", lose);
  client.on("end", () => lose(null));
  client.on("notification", () => handlers.onChange());
  const listen = async (): Promise<void> => {
    await client.connect();
    await client.query("listen atelier_changes");
    if (!isLost) handlers.onReady();
  };
  listen().catch((error: unknown) =>
    lose(error instanceof Error ? error : new Error(String(error))),
  );
  return {
    async end() {
      isLost = true;
      await client.end().catch(() => undefined);
    },
  };
}
