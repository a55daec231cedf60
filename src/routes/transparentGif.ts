import type { Response } from "express";

const transparentGif = Buffer.from(
  "R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==",
  "base64",
);

/** The 43 bytes of a picture that nobody sees and nobody may keep. */
export function sendTransparentGif(response: Response): void {
  response.setHeader("cache-control", "no-store");
  response.setHeader("content-type", "image/gif");
  response.setHeader("content-length", transparentGif.length);
  response.end(transparentGif);
}
