import { describe, expect, test } from "vitest";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import { checkSupply } from "../../../src/serving/checkSupply.ts";
import { readSupplyRules } from "../../../src/serving/supplyRules.ts";

type Node = readonly [asi: string, sellerId: string, paid?: number];
const exchange: Node = ["exchange.example", "12"];
const reseller: Node = ["reseller.example", "7"];

function check(
  rules: object,
  nodes: readonly Node[] | null,
  { complete = 1, site = { domain: "www.journal.example" } as object } = {},
) {
  const read = readSupplyRules(rules);
  if (!read.ok) throw new Error(read.problem);
  const schain = {
    ver: "1.0",
    complete,
    nodes: nodes?.map(([asi, sid, hp = 1]) => ({ asi, sid, hp })),
  };
  const parsed = parseBidRequest({
    id: "1",
    imp: [{ id: "1", banner: { w: 300, h: 250 } }],
    site,
    ...(nodes === null ? {} : { source: { schain } }),
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return checkSupply(parsed.request, "demo", read.rules);
}

const adsTxt = {
  "journal.example": [
    "# who sells us",
    "exchange.example, 12, DIRECT, f08c47fec0942fa0 # ours",
    "Reseller.example,7,reseller",
    "contact=ads@journal.example",
    "",
  ],
};
const sellers = {
  "exchange.example": [{ seller_id: "12", seller_type: "PUBLISHER", name: "Le Journal" }],
  "reseller.example": [{ seller_id: 7, seller_type: "Intermediary" }],
};

describe("without a word of the operator", () => {
  test("any way is taken", () => {
    expect(check({}, null)).toBe(null);
    expect(check({}, [exchange, reseller], { complete: 0 })).toBe(null);
  });
});

describe("a chain", () => {
  test("is there, and goes back to the owner, where that is asked for", () => {
    expect(check({ requireChain: true }, null)).toBe("incomplete_chain");
    expect(check({ requireComplete: true }, null)).toBe(null);
    expect(check({ requireComplete: true }, [exchange], { complete: 0 })).toBe("incomplete_chain");
    expect(check({ requireChain: true, requireComplete: true }, [exchange])).toBe(null);
  });

  test("has no blocked system in it, no more links than allowed, and ends with the SSP", () => {
    expect(check({ blockedSystems: ["https://www.Reseller.example/"] }, [exchange, reseller])).toBe(
      "blocked_chain",
    );
    expect(check({ maxNodes: 1 }, [exchange, reseller])).toBe("blocked_chain");
    const systemsOfSsps = { demo: ["reseller.example"] };
    expect(check({ systemsOfSsps }, [exchange, reseller])).toBe(null);
    expect(check({ systemsOfSsps }, [exchange])).toBe("blocked_chain");
    expect(check({ systemsOfSsps: { other: ["x.example"] } }, [exchange])).toBe(null);
  });
});

describe("an owner", () => {
  test("who is blocked is blocked with all that is under it, as an app and as an account", () => {
    expect(check({ blockedPublishers: ["journal.example"] }, null)).toBe("blocked_publisher");
    expect(check({ blockedPublishers: ["example"] }, null)).toBe("blocked_publisher");
    expect(check({ blockedPublishers: ["nal.example"] }, null)).toBe(null);
    const site = { domain: "a.example", publisher: { id: "P-9" } };
    expect(check({ blockedPublishers: ["p-9"] }, null, { site })).toBe("blocked_publisher");
  });

  test("names in its ads.txt who may sell its places", () => {
    expect(check({ adsTxt }, [exchange, reseller])).toBe(null);
    expect(check({ adsTxt }, [exchange, ["reseller.example", "8"]])).toBe("ads_txt_violation");
    expect(check({ adsTxt }, [["exchange.example", "13"]])).toBe("ads_txt_violation");
    const unpaid: Node = ["measurer.example", "1", 0];
    expect(check({ adsTxt }, [exchange, unpaid])).toBe(null);
    const site = { domain: "sport.journal.example" };
    expect(check({ adsTxt }, [["exchange.example", "13"]], { site })).toBe("ads_txt_violation");
  });

  test("whose ads.txt is unknown is taken, unless the operator says otherwise", () => {
    const site = { domain: "unknown.example" };
    expect(check({ adsTxt }, [["x.example", "1"]], { site })).toBe(null);
    expect(check({ adsTxt, requireAdsTxt: true }, [exchange], { site })).toBe(
      "ads_txt_unavailable",
    );
  });
});

describe("a seller", () => {
  test("sells its own first, and others' after that", () => {
    expect(check({ sellers }, [exchange, reseller])).toBe(null);
    expect(check({ sellers }, [reseller, exchange])).toBe("blocked_chain");
    expect(check({ sellers }, [["exchange.example", "99"]])).toBe("blocked_chain");
    expect(check({ sellers }, [["unknown.example", "99"]])).toBe(null);
  });
});

describe("an operator's file that breaks a rule", () => {
  const broken: readonly (readonly [unknown, RegExp])[] = [
    [[], /the file/],
    [{ requireChian: true }, /requireChian/],
    [{ maxNodes: 0 }, /maxNodes/],
    [{ blockedSystems: ["no host"] }, /blockedSystems\.0: must be a host name/],
    [{ adsTxt: { "journal.example": "exchange.example, 12, DIRECT" } }, /adsTxt\.journal\.example/],
    [{ sellers: { "a.example": [{ seller_id: "1", seller_type: "owner" }] } }, /seller_type/],
  ];
  test.each(broken)("%j is told", (file, rule) => {
    const read = readSupplyRules(file);
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.problem).toMatch(rule);
  });
});
