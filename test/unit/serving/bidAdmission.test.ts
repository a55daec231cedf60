import { describe, expect, test } from "vitest";
import { type BidAdmission, createBidAdmission } from "../../../src/serving/bidAdmission.ts";
import type { Ssp } from "../../../src/serving/bidPorts.ts";
import { sspOf } from "../../support/notices.ts";

interface Gate {
  readonly admission: BidAdmission;
  readonly clock: { ms: number };
  /** What the next requests have waited for this thread, ms. */
  readonly wait: { ms: number };
}

function openGate(room = 48): Gate {
  const clock = { ms: 1_000 };
  const wait = { ms: 0 };
  let inside = 0;
  const admission = createBidAdmission({
    monotonicMs: () => clock.ms,
    load: {
      loopWait: () => wait.ms,
      refuse: () => (inside < room ? null : "full"),
      begin: () => inside++,
      end: () => inside--,
    },
  });
  return { admission, clock, wait };
}

const ssp = (changes: Partial<Ssp> = {}) => sspOf({ deadlineMs: 100, networkMs: 10, ...changes });

/** One request from door to door: how long its parts took, ms. */
function answer(
  { admission, clock }: Gate,
  { reading = 0, deciding = 1, writing = 0, tmaxMs = null as number | null },
): number {
  const ticket = admission.enter(ssp());
  if (typeof ticket === "string") throw new Error(ticket);
  clock.ms += reading;
  const allowedMs = ticket.timeLeftMs(tmaxMs);
  clock.ms += deciding;
  ticket.decided(allowedMs);
  clock.ms += writing;
  ticket.left();
  return allowedMs;
}

describe("queries per second", () => {
  test("beyond what was agreed are not looked at, and those agreed are, second after second", () => {
    const { admission, clock } = openGate();
    const limited = ssp({ qpsLimit: 50 });
    const taken = [1, 2, 3].map(() => {
      let admitted = 0;
      for (let i = 0; i < 500; i++) {
        clock.ms += 2;
        const ticket = admission.enter(limited);
        if (typeof ticket === "string") expect(ticket).toBe("over_quota");
        else {
          admitted++;
          ticket.left();
        }
      }
      return admitted;
    });
    // The first second also has what the bucket holds at the start.
    expect(taken[0]).toBeLessThanOrEqual(61);
    expect(taken[1]).toBeGreaterThanOrEqual(49);
    expect(taken[1]).toBeLessThanOrEqual(51);
    expect(taken[2]).toBe(taken[1]);
  });

  test("of one SSP are not taken from another", () => {
    const { admission } = openGate();
    const one = ssp({ sspId: 1, qpsLimit: 1 });
    const other = ssp({ sspId: 2, qpsLimit: 1 });
    expect(typeof admission.enter(one)).toBe("object");
    expect(admission.enter(one)).toBe("over_quota");
    expect(typeof admission.enter(other)).toBe("object");
  });

  test("of one a second are one a second", () => {
    const { admission, clock } = openGate();
    const slow = ssp({ qpsLimit: 1 });
    expect(typeof admission.enter(slow)).toBe("object");
    clock.ms += 900;
    expect(admission.enter(slow)).toBe("over_quota");
    clock.ms += 110;
    expect(typeof admission.enter(slow)).toBe("object");
  });
});

describe("the time of a decision", () => {
  test("is what the exchange waits, at most what is agreed, less the way and what has passed", () => {
    expect(answer(openGate(), {})).toBeCloseTo(90, 0);
    expect(answer(openGate(), { tmaxMs: 60 })).toBeCloseTo(50, 0);
    expect(answer(openGate(), { tmaxMs: 5_000 })).toBeCloseTo(90, 0);
    expect(answer(openGate(), { reading: 30 })).toBeCloseTo(60, 0);
  });

  test("leaves room for what happens outside of decisions, as it was of late", () => {
    const gate = openGate();
    for (let i = 0; i < 300; i++) answer(gate, { writing: 15 });
    expect(answer(gate, {})).toBeGreaterThan(90 - 21);
    expect(answer(gate, {})).toBeLessThan(90 - 15);
    gate.clock.ms += 200_000;
    expect(answer(gate, {})).toBeCloseTo(90, 0);
  });

  test("is not spoilt by a single hiccup, nor ever kept back by more than half", () => {
    const gate = openGate();
    answer(gate, { writing: 500 });
    expect(answer(gate, {})).toBeCloseTo(90, 0);
    for (let i = 0; i < 300; i++) answer(gate, { writing: 500, deciding: 0 });
    expect(answer(gate, {})).toBeCloseTo(45, 0);
  });

  test("that was overrun counts as time outside of it", () => {
    const gate = openGate();
    for (let i = 0; i < 300; i++) answer(gate, { deciding: 45, tmaxMs: 40 });
    expect(gate.admission.marginMs(ssp().sspId)).toBeGreaterThan(15);
  });

  test("is not taken from others by exchanges that wait for less than the way takes", () => {
    const gate = openGate();
    for (let i = 0; i < 300; i++, gate.clock.ms++) answer(gate, { deciding: 0, tmaxMs: 1 });
    expect(gate.admission.marginMs(ssp().sspId)).toBeLessThan(1);
  });
});

describe("overload", () => {
  test("is seen in what requests have waited before they were seen", () => {
    const { admission, wait } = openGate();
    wait.ms = 95;
    expect(admission.enter(ssp())).toBe("overloaded");
    wait.ms = 20;
    expect(typeof admission.enter(ssp())).toBe("object");
  });

  test("is seen in decisions that take all the time there is, and forgotten soon", () => {
    const gate = openGate();
    expect(() => {
      for (let i = 0; i < 50; i++) answer(gate, { deciding: 95 });
    }).toThrow("overloaded");
    expect(gate.admission.enter(ssp())).toBe("overloaded");
    gate.clock.ms += 3_000;
    expect(typeof gate.admission.enter(ssp())).toBe("object");
  });

  test("is more at once than can be", () => {
    const { admission } = openGate(2);
    const [first, second] = [admission.enter(ssp()), admission.enter(ssp())];
    if (typeof first === "string" || typeof second === "string") throw new Error("shed");
    // Bodies that are slow to come keep nobody out.
    expect(typeof admission.enter(ssp())).toBe("object");
    first.timeLeftMs(null);
    second.timeLeftMs(null);
    expect(admission.enter(ssp())).toBe("overloaded");
    first.left();
    expect(admission.inFlight()).toBe(1);
    expect(typeof admission.enter(ssp())).toBe("object");
  });

  test("counts nobody twice who leaves twice", () => {
    const { admission } = openGate();
    const ticket = admission.enter(ssp());
    if (typeof ticket === "string") throw new Error(ticket);
    ticket.timeLeftMs(null);
    ticket.left();
    ticket.left();
    expect(admission.inFlight()).toBe(0);
  });

  test("does not count for ever whoever hung up while his body was unpacked", () => {
    const { admission } = openGate(1);
    const ticket = admission.enter(ssp());
    if (typeof ticket === "string") throw new Error(ticket);
    ticket.left();
    ticket.timeLeftMs(null);
    ticket.decided(50);
    expect(admission.inFlight()).toBe(0);
    expect(typeof admission.enter(ssp())).toBe("object");
  });
});
