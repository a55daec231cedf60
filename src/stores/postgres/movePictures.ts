import { type Kysely, sql } from "kysely";
import type { Database } from "./database.ts";

/** Pictures that a server of ours shows itself: those of the demo's ads, and those that shops have uploaded. */
const ownPictures = "^https?://[^/]+(/(?:demo/images|media)/.*)$";
const ownPicturesWithin = '"https?://[^/"]+(/(?:demo/images|media)/[^"]*)"';

/**
 * Creatives keep the whole addresses of their pictures. Gives those that this server shows itself the address that it has
 * now (`publicUrl`, without a slash at its end), where it had another before; answers how many creatives. An address that no
 * creative may have (plain http, not of this machine) moves none. For the embedded start alone: in production an address
 * stays, and `/media/` may be another's.
 */
export async function movePictures(db: Kysely<Database>, publicUrl: string): Promise<number> {
  if (!/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/.test(`${publicUrl}/`)) return 0;
  const moved = `${publicUrl}\\1`;
  const { numAffectedRows = 0n } = await sql`
    update creatives k
    set image_url = moved.image_url, icon_url = moved.icon_url, approved_shown = moved.approved_shown
    from (
      select id, regexp_replace(image_url, ${ownPictures}, ${moved}) as image_url,
        regexp_replace(icon_url, ${ownPictures}, ${moved}) as icon_url,
        regexp_replace(approved_shown::text, ${ownPicturesWithin}, ${`"${moved}"`}, 'g')::jsonb as approved_shown
      from creatives
    ) moved
    where k.id = moved.id and (k.image_url, k.icon_url, k.approved_shown)
      is distinct from (moved.image_url, moved.icon_url, moved.approved_shown)`.execute(db);
  return Number(numAffectedRows);
}
