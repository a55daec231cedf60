import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page } from "playwright-core";

/** A publisher's own server: pages of another origin than the ad server's. */
export interface TagPublisher {
  readonly origin: string;
  /** Opens a page that is written so. */
  open(context: BrowserContext, page: WrittenPage): Promise<TagPage>;
  close(): void;
}

export interface WrittenPage {
  readonly head?: string;
  readonly body: string;
  /** Attributes of the root: ' lang="en"'. */
  readonly root?: string;
  readonly policy?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Before anything of the page runs. */
  readonly prepare?: (page: Page) => Promise<void>;
}

export interface TagPage {
  readonly page: Page;
  /** Every request of the page and its frames: "GET http://…". */
  readonly asked: readonly string[];
  /** The bodies of its requests for ads. */
  readonly bodies: readonly AskedBody[];
  /** Errors of its console and uncaught ones. What the browser itself says of a request that failed is not among them. */
  readonly faults: readonly string[];
  /** How many requests had this in their address. */
  called(part: string): number;
}

export interface AskedBody {
  readonly site?: string;
  readonly page: { readonly viewId: string; readonly category?: string };
  readonly visitor?: Readonly<Record<string, unknown>>;
  readonly place?: Readonly<Record<string, unknown>>;
  readonly device: { readonly type: string };
  readonly placements: readonly {
    readonly id: string;
    readonly count: number;
    readonly formats: readonly string[];
    readonly sizes: readonly (readonly [number, number])[];
  }[];
}

const picture =
  '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="628"><rect width="1200" height="628" fill="#9db4a0"/></svg>';
const landing = "<!doctype html><title>La boutique</title><h1>La boutique</h1>";
/** The browser's own line about a request, which no script can keep back. */
const browserLine = /^(Failed to load resource|Access to fetch at)/;

/** @param adServer where the tag is: "http://127.0.0.1:8080" */
export async function startTagPublisher(adServer: string): Promise<TagPublisher> {
  const pages = new Map<string, WrittenPage>();
  const server = createServer(({ url = "" }, response) => {
    const written = pages.get(url.split(/[/?#]/)[1] ?? "");
    response.statusCode = written === undefined ? 404 : 200;
    response.setHeader("content-type", "text/html; charset=utf-8");
    if (written?.policy !== undefined)
      response.setHeader("content-security-policy", written.policy.replaceAll("ADS", adServer));
    response.end(written === undefined ? "" : documentOf(written, adServer));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    open(context, written) {
      const name = `page-${pages.size}`;
      pages.set(name, written);
      return openPage(context, `${origin}/${name}/`, written);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** "ADS" in what is written stands for the ad server. */
function documentOf({ head = "", body, root = ' lang="fr"' }: WrittenPage, ads: string): string {
  const parts = [
    `<!doctype html><html${root}><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Annonces</title>',
    `${head}</head><body>${body}</body></html>`,
  ];
  return parts.join("").replaceAll("ADS", ads);
}

async function openPage(
  context: BrowserContext,
  url: string,
  { viewport, prepare }: WrittenPage,
): Promise<TagPage> {
  const page = await context.newPage();
  const asked: string[] = [];
  const bodies: AskedBody[] = [];
  const faults: string[] = [];
  if (viewport !== undefined) await page.setViewportSize(viewport);
  await page.route("https://images.example.fr/**", (route) =>
    route.fulfill({ contentType: "image/svg+xml", body: picture }),
  );
  await context.route("https://toitures.example.fr/**", (route) =>
    route.fulfill({ contentType: "text/html; charset=utf-8", body: landing }),
  );
  page.on("request", (sent) => {
    asked.push(`${sent.method()} ${sent.url()}`);
    const body = sent.url().endsWith("/v1/ads") ? sent.postDataJSON() : null;
    if (body !== null) bodies.push(body);
  });
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  page.on("console", (line) => {
    if (line.type() === "error" && !browserLine.test(line.text())) faults.push(line.text());
  });
  await prepare?.(page);
  await page.goto(url);
  const called = (part: string): number => asked.filter((line) => line.includes(part)).length;
  return { page, asked, bodies, faults, called };
}
