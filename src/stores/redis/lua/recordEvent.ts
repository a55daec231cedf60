import { judgeEvent } from "./judgeEvent.ts";
import { moneyPrelude } from "./money.ts";

/**
 * Claims one event, judges whether it is anybody's, charges it and appends it to the outbox: all or nothing.
 * ARGV: now, event bit (1 impression, 2 viewable, 4 click), "decision.slot", ms to remember the claim, hold id or "",
 * campaign, advertiser, budget day, price (0 = this event is free), limits in force: total, daily, balance ("" = unknown,
 * -1 = none), the event as JSON for the ledger, run of the server, why it is known to be invalid or "", key of its address or
 * "", of its browser or "", ms for which a person's next click on the campaign is free, most views and clicks of an address,
 * of a person, in an hour on the advertiser's ads (0 = any), ms for which an impression keeps its hold (0 = as long as it is).
 * Answers: "counted", "duplicate" or "unavailable", charged micros, why it was not charged or "" (a duplicate: as it was the
 * first time), then, when the visitor's cap is to be confirmed (by a duplicate too: the first answer may have been lost), and for every sound click: visitor key, time of the hold (ms), minutes for which the caps need it.
 */
export const recordEventScript = `${moneyPrelude}
local now, bit_, claimKey = tonumber(ARGV[1]), tonumber(ARGV[2]), prefix .. "e:" .. ARGV[3]
local holdId, campaign, advertiser, price = ARGV[5], ARGV[6], ARGV[7], tonumber(ARGV[9])

local REASONS = { "total_budget", "daily_budget", "balance", "limits_unknown", "too_late",
  "invalid:bot", "invalid:data_centre", "invalid:too_fast", "invalid:duplicate_click", "invalid:too_many" }
-- Where this kind of event keeps its reason in the claim (see the key "e:").
local PLACES, CHARGED = { [1] = 8, [2] = 128, [4] = 2048 }, 32768
local PLACE = PLACES[bit_]
-- A counted event is remembered for so long: who did not hear of it tells it again within seconds.
local AGAIN_MS = 600000
-- While the ledger is away paid ads stop at fewer; free ones, and what is not charged, go on. Beyond this they wait on the
-- disks of the nodes, which are bounded: a full Redis would serve nobody.
local MOST_UNWRITTEN = 150000

if not isOpenIn(ARGV[14]) then return { "unavailable", 0, "" } end
local claimed = tonumber(redis.call("GET", claimKey) or 0)
local hold = holdId ~= "" and readHold(holdId) or nil
-- A view tells no more than its impression, unless it is what is paid: then the impression may have been lost.
local capped = hold and hold[VISITOR] ~= "" and (bit_ ~= 2 or price > 0)
if bit.band(claimed % 8, bit_) ~= 0 then
  local reason = REASONS[math.floor(claimed / PLACE) % 16] or ""
  local answer = { "duplicate", price > 0 and math.floor(claimed / CHARGED) or 0, reason }
  if capped and string.sub(reason, 1, 8) ~= "invalid:" then answer[4], answer[5], answer[6] = hold[VISITOR], hold[HELD_AT], hold[NEEDED] end
  return answer
end

if redis.call("XLEN", prefix .. "out") >= MOST_UNWRITTEN then return { "unavailable", 0, "" } end
local open = hold and isOpen(holdId)
local function close()
  redis.call("ZREM", prefix .. "x", holdId)
  returnAmount(hold)
  open = false
end
if open and hold[EXPIRES] <= now then close() end
local day = hold and hold[DAY] or ARGV[8]

-- The limits now in force where the caller knows them, else those of the last hold; nil = nobody knows.
local function limit(given, remembered)
  if given ~= "" then return tonumber(given) end
  return tonumber(remembered or nil)
end

-- Why the price does not fit, or nil. Money held for others is respected unless this event's own hold covers the price. The
-- other holds of a campaign paid by click are for clicks that may never come: the click that did comes before them. So are
-- those of its bids, each of which holds a part of its price: the one that won comes before those that may.
local function misfit(coveredByHold, isPartOfMany)
  local known = redis.call("HMGET", prefix .. "b:" .. campaign, "s", "h", "s:" .. day, "h:" .. day, "o", "lt", "ld", "lb")
  local account = redis.call("HMGET", prefix .. "a:" .. advertiser, "s", "h")
  local total, daily, balance = limit(ARGV[10], known[6]), limit(ARGV[11], known[7]), limit(ARGV[12], known[8])
  if not (total and daily and balance) then return "limits_unknown" end
  if known[5] and day < known[5] then return "too_late" end
  local ofCampaign, ofDay, ofOthers = known[2] or 0, known[4] or 0, (account[2] or 0) - (known[2] or 0)
  local ofAccount = ofOthers + ofCampaign
  if coveredByHold then ofCampaign, ofDay, ofAccount = 0, 0, 0
  elseif bit_ == 4 or isPartOfMany then ofCampaign, ofDay, ofAccount = 0, 0, ofOthers end
  if total >= 0 and (known[1] or 0) + ofCampaign + price > total then return "total_budget" end
  if daily >= 0 and (known[3] or 0) + ofDay + price > daily then return "daily_budget" end
  if balance >= 0 and (account[1] or 0) + ofAccount + price > balance then return "balance" end
  return nil
end

${judgeEvent}
local charged, reason = 0, ""
local invalid = invalidReason()
if invalid then
  reason = invalid
  if open then close() end
elseif price > 0 then
  local coveredByHold, isPartOfMany = false, false
  if open then
    coveredByHold = hold[AMOUNT] >= price
    isPartOfMany = not coveredByHold
    close()
  end
  reason = misfit(coveredByHold, isPartOfMany) or ""
  if reason == "" then
    charged = price
    redis.call("HINCRBY", prefix .. "b:" .. campaign, "s", price)
    redis.call("HINCRBY", prefix .. "b:" .. campaign, "s:" .. day, price)
    redis.call("HINCRBY", prefix .. "a:" .. advertiser, "s", price)
  end
end
claimed = claimed + bit_ + CHARGED * charged
for code, name in ipairs(REASONS) do
  if reason == name then claimed = claimed + PLACE * code end
end
redis.call("SET", claimKey, string.format("%.0f", claimed), "PX", ARGV[4])
redis.call("XADD", prefix .. "out", "*", "t", ARGV[1], "day", day, "micros", charged, "reason", reason, "event", ARGV[13])

local answer = { "counted", charged, reason }
local keepMs = tonumber(ARGV[23])
if open and keepMs > 0 and now + keepMs > hold[EXPIRES] then
  -- Shown, and now it waits to be seen: the money stays with it for longer than for an ad that was never drawn.
  hold[EXPIRES] = now + keepMs
  redis.call("ZADD", prefix .. "x", "XX", hold[EXPIRES], holdId)
  redis.call("SET", prefix .. "h:" .. holdId, cmsgpack.pack(hold), "PX", keepMs + LATE_MS)
end
if capped and not invalid and hold[CONFIRMED] == 0 then
  hold[CONFIRMED] = 1
  redis.call("SET", prefix .. "h:" .. holdId, cmsgpack.pack(hold), "KEEPTTL")
  answer[4], answer[5], answer[6] = hold[VISITOR], hold[HELD_AT], hold[NEEDED]
elseif capped and not invalid and bit_ == 4 then
  -- Its cap is confirmed by now; whoever clicked is remembered for what may come of it.
  answer[4], answer[5], answer[6] = hold[VISITOR], hold[HELD_AT], hold[NEEDED]
end
if hold and not open then
  -- Neither money nor a cap needs it any more, or only until nobody asks again.
  if hold[VISITOR] == "" then
    redis.call("DEL", prefix .. "h:" .. holdId)
  elseif hold[CONFIRMED] == 1 then
    redis.call("PEXPIRE", prefix .. "h:" .. holdId, AGAIN_MS)
  end
end
return answer
`;
