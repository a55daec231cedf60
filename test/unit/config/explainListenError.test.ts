import { createServer } from "node:net";
import { expect, test } from "vitest";
import { explainListenError } from "../../../src/explainListenError.ts";
import { SetupError } from "../../../src/setupError.ts";

function listenError(port: number, host: string): Promise<NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    createServer().once("error", resolve).listen(port, host);
  });
}

test("a port in use is told in one line with a port to try", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const address = holder.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const explained = explainListenError(await listenError(port, "127.0.0.1"), "127.0.0.1", port);
  expect(explained).toBeInstanceOf(SetupError);
  expect(explained.message).toBe(
    `Port ${port} is in use by another program: stop it, or choose another port, for example PORT=${port + 1} npm start.`,
  );
  holder.close();
});

test("an address that is not of this machine is told by the name of the setting", async () => {
  const explained = explainListenError(await listenError(0, "203.0.113.7"), "203.0.113.7", 8080);
  expect(explained.message).toContain(
    "HOST is 203.0.113.7, which is not an address of this machine",
  );
});

test("an error that nobody foresaw stays itself", () => {
  const error = Object.assign(new Error("odd"), { code: "EMFILE" });
  expect(explainListenError(error, "127.0.0.1", 8080)).toBe(error);
});
