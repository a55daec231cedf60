import { connect, type Socket } from "node:net";

/** A connection on which a test writes what it likes. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that came back so far. */
  readonly received: () => string;
  /** The statuses of all answers so far. */
  readonly statuses: () => readonly number[];
  readonly isOpen: () => boolean;
  /** Resolves with all that came back when the other side has ended the connection. */
  readonly ended: Promise<string>;
}

/** Connects and writes; never rejects. */
export function openRaw(port: number, text = ""): RawConnection {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  let isOpen = true;
  socket.setEncoding("latin1");
  socket.on("data", (data: string) => {
    received += data;
  });
  socket.on("error", () => undefined);
  const ended = new Promise<string>((resolve) => {
    socket.once("close", () => {
      isOpen = false;
      resolve(received);
    });
  });
  if (text !== "") socket.write(text, "latin1");
  return {
    socket,
    ended,
    received: () => received,
    statuses: () => [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => Number(code)),
    isOpen: () => isOpen,
  };
}
