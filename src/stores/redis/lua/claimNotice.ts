/**
 * Claims one notice of a bid and appends its bill, if it is the one that bills, to the outbox: both or neither. It touches
 * no counter of money, so that it needs none of them to be whole. KEYS[1] names the advertiser's money bucket
 * ("{m7}:epoch"); the bill waits for the ledger beside the charges of the same ad.
 *
 *   w:<decision.slot>   bits of what was told: 1 won, 2 billing, 4 lost, 16 seen (our own pixel); 8 = billed, by whichever
 *   e:<decision.slot>   see money.ts: whether the impression came
 *
 * ARGV: now, bit of the notice, "1" when it bills, "decision.slot", ms to remember it, "1" when it comes after the bid has
 * expired, budget day, the bill as JSON for the ledger, "1" when only what was seen is billed.
 * Answers "first", "again", "told" (the first of its kind, of what another has billed), "unseen", "late", "unavailable" (the
 * outbox is full), or for a loss "billed" (nothing is to be released).
 */
export const claimNoticeScript = `
local prefix = string.sub(KEYS[1], 1, -6)
local key, bit_, bills = prefix .. "w:" .. ARGV[4], tonumber(ARGV[2]), ARGV[3] == "1"
local needsImpression = ARGV[9] == "1"
local LOST, BILLED, MOST_UNWRITTEN = 4, 8, 150000
local FIRST_INVALID = 6

-- Most bids lose: of these alone only what an SSP repeats within minutes is known again.
local LOSS_MS = 120000

local function remember(bits)
  local lifeMs = bits == LOST and math.min(LOSS_MS, ARGV[5]) or ARGV[5]
  redis.call("SET", key, string.format("%.0f", bits), "PX", lifeMs)
end

-- Somebody saw the ad, whom we believe: it may be billed even late.
local function wasSeen()
  local claimed = tonumber(redis.call("GET", prefix .. "e:" .. ARGV[4]) or 0)
  return claimed % 2 == 1 and math.floor(claimed / 8) % 16 < FIRST_INVALID
end

local bits = tonumber(redis.call("GET", key) or 0)
local isKnown, isBilled = bit.band(bits, bit_) ~= 0, bit.band(bits, BILLED) ~= 0
if bit_ == LOST and isBilled then return "billed" end
if isKnown and (isBilled or not bills) then return "again" end
if bit_ ~= LOST and ARGV[6] == "1" and not wasSeen() then return "late" end
if not bills or isBilled then
  remember(bits + bit_)
  if not (isBilled and bills) then return "first" end
  return needsImpression and "told" or "again"
end
if needsImpression and not wasSeen() then return "unseen" end
if redis.call("XLEN", prefix .. "out") >= MOST_UNWRITTEN then return "unavailable" end
remember(bit.bor(bits, bit_, BILLED))
redis.call("XADD", prefix .. "out", "*", "t", ARGV[1], "day", ARGV[7], "micros", 0, "reason", "", "event", ARGV[8])
return "first"
`;
