import { describe, expect, test } from "vitest";
import {
  type ConsentHost,
  createConsentGate,
  givenSignal,
  readGppEvent,
  readTcData,
} from "../../../tag/page/consent.ts";

const tcString = "CQAAAAAAAAAAAAKA1AFRAAAAAAAAAAAAAAAAAAAAAAAA.YAAAAAAAAAAA";
const choice = { gdpr: true, consent: tcString };

describe("an event of __tcfapi", () => {
  test.each(["tcloaded", "useractioncomplete"])("tells the choice once it is %s", (eventStatus) => {
    expect(readTcData({ gdprApplies: true, eventStatus, tcString }, true)).toEqual(choice);
    expect(readTcData({ eventStatus, tcString }, true)).toEqual(choice);
  });

  test("tells nothing while the visitor is being asked, and when it is an error or broken", () => {
    const shown = { gdprApplies: true, eventStatus: "cmpuishown", tcString };
    expect(readTcData(shown, true)).toBe(undefined);
    expect(readTcData({ eventStatus: "tcloaded", tcString }, false)).toBe(undefined);
    for (const data of [null, undefined, "tcloaded", 7, [], { eventStatus: "tcloaded" }])
      expect(readTcData(data, true)).toBe(undefined);
    for (const broken of ["", 7, "<script>", "a b", "x".repeat(9_000)])
      expect(readTcData({ eventStatus: "tcloaded", tcString: broken }, true)).toBe(undefined);
  });

  test("tells that the law does not apply", () => {
    expect(readTcData({ gdprApplies: false }, true)).toEqual({ gdpr: false });
  });
});

describe("an event of __gpp", () => {
  const event = (fields: object) => ({ pingData: { signalStatus: "ready", ...fields } });

  test("tells the European section, wherever it stands", () => {
    expect(readGppEvent(event({ sectionList: [2], gppString: `DBABMA~${tcString}` }))).toEqual(
      choice,
    );
    const two = { sectionList: [6, 2], gppString: `DBACNY~${tcString}~1YNN` };
    expect(readGppEvent(event(two))).toEqual(choice);
  });

  test("tells nothing without that section, before it is ready, or when it is broken", () => {
    expect(readGppEvent(event({ sectionList: [6], gppString: "DBABTA~1YNN" }))).toBe(undefined);
    const early = { signalStatus: "not ready", sectionList: [2], gppString: `D~${tcString}` };
    expect(readGppEvent(event(early))).toBe(undefined);
    for (const broken of [null, 7, {}, event({ sectionList: 2 }), event({ sectionList: [2] })])
      expect(readGppEvent(broken)).toBe(undefined);
  });
});

test("what the site tells of the choice counts, but not macros that nobody filled", () => {
  expect(givenSignal({ gdpr: false })).toEqual({ gdpr: false });
  expect(givenSignal({ gdpr: "0" })).toEqual({ gdpr: false });
  expect(givenSignal({ gdpr: "1", consent: tcString })).toEqual(choice);
  const macros = { gdpr: `$${"{GDPR}"}`, consent: `$${"{GDPR_CONSENT_0}"}` };
  for (const nothing of [undefined, {}, macros, { gdpr: true }])
    expect(givenSignal(nothing)).toBe(undefined);
});

describe("the gate", () => {
  /** Timers that a test lets run out. */
  const open = (host: ConsentHost, given = {}, limitMs = 1_000) => {
    let timers: { readonly run: () => void; readonly atMs: number }[] = [];
    let nowMs = 0;
    const later = (run: () => void, ms: number) => timers.push({ run, atMs: nowMs + ms });
    const gate = createConsentGate(host, () => givenSignal(given), limitMs, later);
    const told: unknown[] = [];
    return {
      told,
      signal: gate.signal,
      ask: () => gate.pass(() => told.push(gate.signal())),
      pass(ms: number) {
        const until = nowMs + ms;
        for (;;) {
          const next = timers
            .filter(({ atMs }) => atMs <= until)
            .sort((a, b) => a.atMs - b.atMs)[0];
          if (next === undefined) break;
          timers = timers.filter((timer) => timer !== next);
          nowMs = next.atMs;
          next.run();
        }
        nowMs = until;
      },
    };
  };

  test("holds what is asked until the choice is made, and asks once", () => {
    const hears: ((data: unknown, ok: unknown) => void)[] = [];
    const gate = open({ __tcfapi: (_command, _version, hear) => hears.push(hear) });
    hears[0]?.({ eventStatus: "cmpuishown", tcString }, true);
    gate.ask();
    gate.pass(900);
    expect(gate.told).toEqual([]);
    hears[0]?.({ eventStatus: "useractioncomplete", tcString }, true);
    expect(gate.told).toEqual([choice]);
    gate.pass(5_000);
    expect(gate.told).toHaveLength(1);
    expect(hears).toHaveLength(1);
  });

  test("asks without a choice when it was waited for long enough, and with it later", () => {
    const host: { __tcfapi?: ConsentHost["__tcfapi"] } = {};
    const gate = open(host);
    gate.ask();
    gate.pass(1_000);
    expect(gate.told).toEqual([{}]);
    host.__tcfapi = (_command, _version, hear) => hear({ eventStatus: "tcloaded", tcString }, true);
    gate.pass(200);
    gate.ask();
    expect(gate.told).toEqual([{}, choice]);
  });

  test("follows a choice that changes", () => {
    const hears: ((data: unknown, ok: unknown) => void)[] = [];
    const gate = open({ __tcfapi: (_command, _version, hear) => hears.push(hear) });
    hears[0]?.({ eventStatus: "tcloaded", tcString }, true);
    const changed = tcString.replace("KA", "LA");
    hears[0]?.({ eventStatus: "useractioncomplete", tcString: changed }, true);
    expect(gate.signal()).toEqual({ gdpr: true, consent: changed });
  });

  test("does not wait where the site has told the choice", () => {
    const gate = open({}, { gdpr: false });
    gate.ask();
    expect(gate.told).toEqual([{ gdpr: false }]);
  });

  test("outlives a platform that throws, and takes the other one's word", () => {
    const gate = open({
      __tcfapi: () => {
        throw new Error("broken");
      },
      __gpp: (_command, hear) =>
        hear(
          { pingData: { signalStatus: "ready", sectionList: [2], gppString: `D~${tcString}` } },
          true,
        ),
    });
    gate.ask();
    expect(gate.told).toEqual([choice]);
  });
});
