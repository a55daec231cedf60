import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { LoadDoor, ShedCause } from "../serving/loadDoor.ts";
import { emptyPageBytes } from "./emptyPage.ts";
import { adsPath } from "./frontDoor.ts";

/** Sends pages away before their bytes are made a request of: a third of the time that this takes, when there is least of it. */
export interface QuickRefusal {
  /** A page of this connection was sent away: from now on its bytes are looked at first. */
  readonly watch: (socket: Socket) => void;
  /** Every request that Node has read, of any connection. */
  readonly note: (request: IncomingMessage, response: ServerResponse) => void;
  /** This page was let in before it was read: it is not to be asked again. */
  readonly wasLetIn: (request: IncomingMessage) => boolean;
}

export interface QuickRefusalDeps {
  readonly load: Pick<LoadDoor, "refuse" | "isShedding">;
  readonly onShed: (cause: ShedCause) => void;
}

/** What is known of a connection. */
interface Watched {
  /** Requests that Node has read since it is watched, and the last of them. */
  seen: number;
  last: IncomingMessage | null;
  /** Of those, not answered yet. */
  open: number;
  /** The next byte begins a request: the last chunk was one whole request, and Node has read the same in it. */
  isAtBoundary: boolean;
  isLetIn: boolean;
}

/**
 * A connection may carry anybody's requests one after the other (a balancer's does), so that no byte may be read in two ways. A chunk
 * is answered here only if it is one whole page, spelt as plainly as can be, and begins where a request does, which the one before has
 * shown. Whatever else comes is Node's to read, and shows nothing.
 */
export function createQuickRefusal({ load, onShed }: QuickRefusalDeps): QuickRefusal {
  const known = new WeakMap<Socket, Watched>();
  const take = (socket: Socket, state: Watched, page: WholePage): boolean => {
    if (!state.isAtBoundary || state.open > 0 || socket.writableNeedDrain) return false;
    const cause = load.refuse("page");
    if (cause === null) {
      state.isLetIn = true;
      return false;
    }
    onShed(cause);
    socket.write(emptyPageBytes(page.origin), "latin1");
    return true;
  };
  const hear = (socket: Socket, state: Watched, read: NodesReader, chunk: Buffer): void => {
    const page = load.isShedding() ? wholePageOf(chunk) : null;
    if (page !== null && take(socket, state, page)) return;
    const { seen } = state;
    Reflect.apply(read, socket, [chunk]);
    state.isLetIn = false;
    state.isAtBoundary = page !== null && state.seen === seen + 1 && isSame(state.last, page);
  };
  return {
    watch(socket) {
      if (known.has(socket)) return;
      const [read, ...others] = socket.listeners("data");
      if (read === undefined || others.length > 0) return;
      const state: Watched = { seen: 0, last: null, open: 0, isAtBoundary: false, isLetIn: false };
      known.set(socket, state);
      socket.removeAllListeners("data");
      socket.on("data", (chunk: Buffer) => hear(socket, state, read, chunk));
    },
    note(request, response) {
      const state = known.get(request.socket);
      if (state === undefined) return;
      state.seen++;
      state.last = request;
      state.open++;
      response.once("close", () => state.open--);
    },
    wasLetIn: ({ socket }) => known.get(socket)?.isLetIn ?? false,
  };
}

/** Of a connection: a listener, of whose arguments `Socket` says nothing. */
type NodesReader = ReturnType<Socket["listeners"]>[number];

/** A request for ads that is a chunk of its own. */
export interface WholePage {
  readonly origin: string | null;
  /** Its fields, each after a line's end, and the last one's end. */
  readonly head: string;
}

const firstLine = Buffer.from(`POST ${adsPath} HTTP/1.1\r\n`);
const endOfHead = Buffer.from("\r\n\r\n");
/** Lines that are none or go on in the next one, and fields that say how a message is read or what follows it. */
const unclear =
  /[^\r]\n|\r[^\n]|\r\n[ \t:]|\r\n(?:transfer-encoding|expect|upgrade|te|trailer|connection(?!: keep-alive\r)|x-request-id)[ \t]*:/;
const lengthField = /\r\ncontent-length: (\d{1,6})\r/i;
const originField = /\r\norigin: ([\x21-\x7e]{1,200})\r/i;

/** Null = it is anything else, or not plainly one. Pure. */
export function wholePageOf(chunk: Buffer): WholePage | null {
  if (
    chunk.length < firstLine.length ||
    chunk.compare(firstLine, 0, firstLine.length, 0, firstLine.length) !== 0
  )
    return null;
  const headBytes = chunk.indexOf(endOfHead);
  if (headBytes === -1) return null;
  // From the end of the first line on, to the one that ends the last field.
  const head = chunk.toString("latin1", firstLine.length - 2, headBytes + 2);
  const length = lengthField.exec(head)?.[1];
  if (length === undefined || headBytes + endOfHead.length + Number(length) !== chunk.length)
    return null;
  const lower = head.toLowerCase();
  if (unclear.test(lower) || timesNamed(lower, "\r\ncontent-length") !== 1) return null;
  const origin = originField.exec(head)?.[1] ?? null;
  // An origin of other characters, or two of them, are Node's to judge.
  if (timesNamed(lower, "\r\norigin") !== (origin === null ? 0 : 1)) return null;
  return { origin, head };
}

/** 2 = twice or more. */
function timesNamed(head: string, name: string): 0 | 1 | 2 {
  const first = head.indexOf(name);
  if (first === -1) return 0;
  return head.indexOf(name, first + name.length) === -1 ? 1 : 2;
}

/** Whether Node has read in a chunk what was seen in it, from its first byte to its last. */
function isSame(request: IncomingMessage | null, { head }: WholePage): boolean {
  if (request === null || !request.complete) return false;
  const fields = head.split("\r\n").length - 2;
  const { method, url, rawHeaders } = request;
  return method === "POST" && url === adsPath && rawHeaders.length === 2 * fields;
}
