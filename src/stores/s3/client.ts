import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";

/** Which S3. */
export interface S3Place {
  /** Null = AWS itself, by region. */
  readonly endpoint: string | null;
  readonly region: string;
  /** Null = what the AWS SDK finds by itself. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

const usualTimeoutMs = 10_000;

/** A client of S3. `requestTimeoutMs`: how long a request may stay without an answer. */
export function openS3Client(place: S3Place, requestTimeoutMs = usualTimeoutMs): S3Client {
  return new S3Client({
    region: place.region,
    maxAttempts: 3,
    // Checksums that nobody asked for travel as trailers of chunked bodies, which emulators keep as part of the object.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // Emulators have no names of their own for buckets.
    ...(place.endpoint === null ? {} : { endpoint: place.endpoint, forcePathStyle: true }),
    ...(place.credentials === null ? {} : { credentials: place.credentials }),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 2_000,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    }),
  });
}
