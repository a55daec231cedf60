import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** More requests than this, sent before earlier ones were answered, come from nobody's browser or balancer. */
export const mostQueued = 8;

const queues = new WeakMap<Socket, Set<ServerResponse>>();

/**
 * Bounds pipelining: a request that comes while an earlier one of its connection is still being answered waits in that
 * connection's queue, of which Node has no end. False = the queue is full, and the connection is gone. Node tells an answer
 * in the queue nothing when the connection ends: it is told here, so that what is counted by its "close" ends.
 */
export function mayQueue({ socket }: IncomingMessage, response: ServerResponse): boolean {
  // Whose turn it is has the socket already.
  if (response.socket !== null) return true;
  const queue = queues.get(socket) ?? newQueue(socket);
  if (queue.size >= mostQueued) {
    socket.destroy();
    return false;
  }
  queue.add(response);
  response.once("close", () => queue.delete(response));
  return true;
}

function newQueue(socket: Socket): Set<ServerResponse> {
  const queue = new Set<ServerResponse>();
  queues.set(socket, queue);
  socket.once("close", () => {
    for (const response of [...queue]) response.emit("close");
  });
  return queue;
}
