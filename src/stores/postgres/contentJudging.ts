import { type Kysely, sql } from "kysely";
import type { ContentFacts } from "../../campaigns/contentRules/judge.ts";
import type { StoredCreative } from "../../campaigns/repository.ts";
import { type FactsRow, rowToFacts } from "./contentFacts.ts";
import { creativeMapping } from "./creativeRows.ts";
import type { Database } from "./database.ts";
import { readMany } from "./entityMapping.ts";

export interface ToBeJudged {
  readonly creative: StoredCreative;
  readonly facts: ContentFacts;
}

/** Creatives that the present version of the content rules has not judged yet. */
export interface ContentJudging {
  /** Some that an older version judged, or that stand under another trade or subject since. */
  takeDue(version: number, limit: number): Promise<readonly ToBeJudged[]>;
  /** Notes that `version` has nothing against them, unless somebody has changed them meanwhile. */
  keep(
    version: number,
    judged: readonly { readonly creative: StoredCreative; readonly flags: readonly string[] }[],
  ): Promise<void>;
}

export function createContentJudging(db: Kysely<Database>): ContentJudging {
  return {
    async takeDue(version, limit) {
      const { rows } = await sql<FactsRow & { readonly id: number }>`
        select k.id, a.trade, a.licences, c.content_categories, c.co2_class
        from creatives k join campaigns c on c.id = k.campaign_id join advertisers a on a.id = c.advertiser_id
        where k.rules_version < ${version} order by k.rules_version, k.id limit ${limit}`.execute(
        db,
      );
      const facts = new Map(rows.map((row) => [row.id, rowToFacts(row)]));
      const creatives = await readMany(db, creativeMapping, sql`e.id = any(${[...facts.keys()]})`);
      return creatives.flatMap((creative) => {
        const own = facts.get(creative.creativeId);
        return own === undefined ? [] : [{ creative, facts: own }];
      });
    },
    async keep(version, judged) {
      if (judged.length === 0) return;
      const rows = judged.map(({ creative, flags }) => ({
        id: creative.creativeId,
        version: creative.version,
        flags,
      }));
      await sql`update creatives e set rules_version = ${version},
          rules_flags = array(select jsonb_array_elements_text(j.flags))
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as j(id integer, version integer, flags jsonb)
        where e.id = j.id and e.version = j.version`.execute(db);
    },
  };
}
