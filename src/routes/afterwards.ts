import type { Request, Response } from "express";

/** Once, when the answer is sent or the connection gone; that may be so already, and an answer in a queue hears of neither. */
export function afterwards({ socket }: Request, response: Response, act: () => void): void {
  const end = (): void => {
    response.off("close", end);
    socket.off("close", end);
    act();
  };
  response.on("close", end);
  socket.on("close", end);
  if (response.closed || socket.destroyed) end();
}
