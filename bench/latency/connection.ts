import { connect, type Socket } from "node:net";

/** What came back for one request; null = the connection ended first. */
export type Answered = (answer: { readonly status: number; readonly body: Buffer } | null) => void;

/** A kept connection that carries one request at a time. */
export interface Connection {
  /** Sends bytes of a whole HTTP/1.1 request; `answered` is called once. Only when the one before was answered. */
  readonly send: (request: Buffer, answered: Answered) => void;
  readonly close: () => void;
}

const nothing = Buffer.alloc(0);
const endOfHead = Buffer.from("\r\n\r\n");

/**
 * Opens one, and again when it ends. Bare sockets: the generator shares a processor with the stores, and Node's own client costs
 * three times as much. Reads answers that say their length, as those of the measured routes do; another one ends the connection.
 */
export function openConnection(port: number, host = "127.0.0.1"): Connection {
  let socket: Socket | null = null;
  let waiting: Answered | null = null;
  let held: Buffer = nothing;
  const finish = (answer: Parameters<Answered>[0]): void => {
    const answered = waiting;
    waiting = null;
    answered?.(answer);
  };
  const hear = (chunk: Buffer): void => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const headBytes = held.indexOf(endOfHead);
    if (headBytes === -1) return;
    const head = held.toString("latin1", 0, headBytes);
    const status = Number(head.slice(9, 12));
    const length = status === 204 ? "0" : /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) return void socket?.destroy();
    const end = headBytes + endOfHead.length + Number(length);
    if (held.length < end) return;
    const body = held.subarray(end - Number(length), end);
    held = nothing;
    finish({ status, body });
  };
  const open = (): Socket => {
    const opened = connect({ port, host, noDelay: true });
    held = nothing;
    opened.on("data", hear);
    opened.on("error", () => opened.destroy());
    opened.once("close", () => {
      if (socket === opened) socket = null;
      finish(null);
    });
    socket = opened;
    return opened;
  };
  return {
    send(request, answered) {
      waiting = answered;
      (socket ?? open()).write(request);
    },
    close: () => socket?.destroy(),
  };
}
