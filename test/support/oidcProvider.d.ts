declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  /** Of a certified OpenID provider, what the tests use. */
  class Provider {
    constructor(issuer: string, configuration: object);
    readonly Grant: new (fields: {
      readonly clientId: string;
      readonly accountId: string;
    }) => { addOIDCScope(scope: string): void; save(): Promise<string> };
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: { readonly login: { readonly accountId: string } },
    ): Promise<void>;
  }
  export = Provider;
}
