/** Loaded before a program (`--import`): its wall clock is off by CLOCK_OFF_MS, as a node's whose clock was set wrong. */
const offMs = Number(process.env.CLOCK_OFF_MS);
const RightDate = Date;
const origin = performance.timeOrigin;
Object.defineProperty(performance, "timeOrigin", { value: origin + offMs });
Object.defineProperty(globalThis, "Date", {
  value: new Proxy(RightDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [RightDate.now() + offMs] : args, newTarget),
    get: (target, name, receiver) =>
      name === "now" ? () => RightDate.now() + offMs : Reflect.get(target, name, receiver),
  }),
});
