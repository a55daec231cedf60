import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  CreateStreamCommand,
  KinesisClient,
  MergeShardsCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import kinesalite from "kinesalite";
import { emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { type KinesisApi, openKinesis } from "../../src/stores/kinesis/kinesisApi.ts";
import { until } from "./until.ts";

/** A Kinesis on this machine, and its streams. */
export interface TestKinesis {
  readonly endpoint: string;
  /** Makes a stream and opens it. Streams of a test are its own. */
  readonly createStream: (name: string, shards: number) => Promise<KinesisApi>;
  /** The stream over another way to the server: a proxy. */
  readonly open: (name: string, endpoint: string) => KinesisApi;
  readonly split: (stream: string, shardId: string, at: bigint) => Promise<void>;
  readonly merge: (stream: string, shardId: string, adjacentId: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startKinesis(): Promise<TestKinesis> {
  const server = kinesalite({
    createStreamMs: 0,
    deleteStreamMs: 0,
    updateStreamMs: 0,
    shardLimit: 100,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new KinesisClient({
    region: "eu-west-3",
    endpoint,
    credentials: emulatorCredentials,
    requestHandler: new NodeHttpHandler(),
  });
  const open = (stream: string, at: string): KinesisApi =>
    openKinesis({ stream, endpoint: at, region: "eu-west-3", credentials: emulatorCredentials });
  const shardsOf = async (stream: string): Promise<number> => {
    const api = open(stream, endpoint);
    const shards = await api.listShards().catch(() => []);
    api.close();
    return shards.length;
  };
  /** A change of shards takes a moment; until then the stream takes no other. */
  const changing = async (stream: string, change: () => Promise<unknown>): Promise<void> => {
    const before = await shardsOf(stream);
    await change();
    await until(async () => (await shardsOf(stream)) > before);
  };
  return {
    endpoint,
    open,
    async createStream(name, shards) {
      await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
      await until(async () => (await shardsOf(name)) === shards);
      return open(name, endpoint);
    },
    split: (StreamName, ShardToSplit, at) =>
      changing(StreamName, () =>
        client.send(
          new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey: String(at) }),
        ),
      ),
    merge: (StreamName, ShardToMerge, AdjacentShardToMerge) =>
      changing(StreamName, () =>
        client.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge })),
      ),
    async close() {
      client.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}
