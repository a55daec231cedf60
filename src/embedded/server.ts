/** How an embedded server is started. */
export interface ServerOptions {
  /** Its data is kept in a folder of its own below this one, which exists and is ours alone. */
  readonly dataDir: string;
  readonly logFile: string;
  /** True: what was acknowledged survives a crash of the machine. False (tests): fast, nothing is kept. */
  readonly durable: boolean;
  /** Progress, one line at a time, for the person who waits. */
  readonly log: (line: string) => void;
}

/** A running embedded server on the loopback interface. */
export interface EmbeddedServer {
  readonly url: string;
  /** Resolves with its exit code when it is gone, asked or not. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
}
