import { z } from "zod";
import { entityId, lineOfText } from "../campaigns/fieldTypes.ts";
import { idFilter, listSpec, textFilter } from "../campaigns/listQuery.ts";
import { mediaLimits } from "./pictureSizes.ts";
import { uploadFormats } from "./sniffPicture.ts";

/** Parameters of `POST /v1/media`; the body is the file itself. */
export const uploadQuerySchema = z.strictObject({
  advertiserId: entityId(),
  /** What people know it by; left out: "image". */
  name: lineOfText(mediaLimits.nameCharacters).default("image"),
});

const file = z.object({ url: z.url(), bytes: z.int().min(1) });

/** One size in both formats. */
const pictureSchema = z
  .object({
    use: z.enum(["native", "icon", "banner"]),
    width: z.int().min(1),
    height: z.int().min(1),
    jpg: file,
    webp: file,
  })
  .meta({ title: "Picture" });

/** An uploaded picture and what was made of it. */
export const mediaSchema = z
  .object({
    mediaId: entityId(),
    advertiserId: entityId(),
    name: z.string(),
    uploadFormat: z.enum(uploadFormats),
    uploadBytes: z.int().min(1),
    /** Pixels of the upload, upright. */
    width: z.int().min(1),
    height: z.int().min(1),
    pictures: z.array(pictureSchema),
    version: z.int().min(1),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ title: "Media" });

export const mediaList = listSpec({
  collection: "media",
  idField: "mediaId",
  sorts: { id: "id" },
  fields: Object.keys(mediaSchema.shape),
  filters: { q: textFilter(), advertiserId: idFilter() },
});

export type MediaAnswer = z.output<typeof mediaSchema>;
