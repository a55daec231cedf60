import express from "express";
import { readPlaces } from "../../src/stores/files/places.ts";
import { answerOf, type PlainAd, type PlainRequest, readRequest } from "./ads.ts";

export type FindAd = (request: PlainRequest) => Promise<AnAd | null> | AnAd | null;
type AnAd = Parameters<typeof answerOf>[0] & PlainAdShown;
type PlainAdShown = Pick<PlainAd, "campaignId">;

/** The server around each compared way: Express and its parser, the way every team would begin. Says its port when it listens. */
export function listenWith(findAd: FindAd, port: number): void {
  const places = readPlaces();
  const app = express();
  app.use(express.json());
  app.post("/v1/ads", async (request, response) => {
    response.json(answerOf(await findAd(readRequest(request.body, places))));
  });
  const server = app.listen(port, "127.0.0.1", () => {
    const address = server.address();
    process.stdout.write(`ready ${typeof address === "object" ? address?.port : ""}\n`);
  });
}
