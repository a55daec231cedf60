import { moneyPrelude } from "./money.ts";

/** Lua's pattern for the fifteen lines of a winner. */
const winnerPattern = `^${Array.from({ length: 15 }, () => "([^\\n]*)").join("\\n")}$`;

/**
 * Reserves money for winners of several requests. KEYS: for each winner, its bucket. ARGV: run of the server, most unwritten
 * charges, greatest age of one (ms), then for each winner one text of lines: now, expires (ms), budget day, oldest day to
 * keep, address key, visitor key or "", hold id, campaign, advertiser, amount, total, daily, balance limit (-1 = none),
 * minutes for which its caps need it, price of its billable event. An amount of 0 is a house ad: no money, only the memory
 * of whose cap waits.
 * Answers one number a winner: 0 held, 1 total budget, 2 daily budget, 3 balance, 4 open holds, 5 unavailable.
 */
export const holdMoneyScript = `${moneyPrelude}
local WINNER = "${winnerPattern}"
local now, expires, day, oldestDay, address, visitor

local function isOpenForBusiness()
  if not isOpenIn(ARGV[1]) then return false end
  local unwritten = redis.call("XLEN", prefix .. "out")
  if unwritten == 0 then return true end
  if unwritten >= tonumber(ARGV[2]) then return false end
  local oldest = redis.call("XRANGE", prefix .. "out", "-", "+", "COUNT", 1)[1]
  return now - tonumber(oldest[2][2]) <= tonumber(ARGV[3])
end

-- Days that nothing can be charged to any more.
local function forgetOldDays(key)
  for _, field in ipairs(redis.call("HKEYS", key)) do
    local fieldDay = string.match(field, "^[sh]:(.+)$")
    if fieldDay and fieldDay < oldestDay then redis.call("HDEL", key, field) end
  end
  redis.call("HSET", key, "d", day, "o", oldestDay)
end

local function smallest(first, second)
  if first < 0 or second >= 0 and second < first then return second end
  return first
end

-- How much of a campaign one address (or visitor) may keep reserved: 2 % of its smallest budget; three prices where that
-- is less than three, as long as they stay within 5 %; always one.
local function openHoldBound(amount, least)
  return math.max(amount, math.floor(least * 0.02), math.min(3 * amount, math.floor(least * 0.05)))
end

local function packedHold(campaign, advertiser, amount, needed)
  return cmsgpack.pack({ campaign, advertiser, amount, day, expires, address, visitor, now, tonumber(needed), 0 })
end

-- Checks every limit and, when all allow it, reserves: 0, or the number of the limit that refuses. Few commands, for
-- this is the hot path: what was read is written back as a whole, nothing else runs in between, and texts stay texts.
local function hold(id, campaign, advertiser, amountText, total, daily, balance, needed, price)
  local budget, account, amount = prefix .. "b:" .. campaign, prefix .. "a:" .. advertiser, tonumber(amountText)
  local ofAddress, ofVisitor = "a:" .. address, "v:" .. visitor
  local known = redis.call("HMGET", budget, "s", "h", "s:" .. day, "h:" .. day, "d", "lt", "ld", "lb", ofAddress, ofVisitor)
  if known[5] ~= day and (not known[5] or known[5] < day) then forgetOldDays(budget) end
  if known[6] ~= total or known[7] ~= daily or known[8] ~= balance then
    redis.call("HSET", budget, "lt", total, "ld", daily, "lb", balance)
  end
  total, daily, balance = tonumber(total), tonumber(daily), tonumber(balance)
  local held, heldToday = (known[2] or 0) + amount, (known[4] or 0) + amount
  -- Of a click only a part is held. Once the whole of one no longer fits in what is left, every click would be free.
  if total >= 0 and (known[1] or 0) + math.max(held, price) > total then return 1 end
  if daily >= 0 and (known[3] or 0) + math.max(heldToday, price) > daily then return 2 end
  if balance >= 0 then
    local both = redis.call("HMGET", account, "s", "h")
    if (both[1] or 0) + math.max((both[2] or 0) + amount, price) > balance then return 3 end
  end
  local byAddress, byVisitor = (known[9] or 0) + amount, (known[10] or 0) + amount
  local least = smallest(smallest(total, daily), balance)
  if least >= 0 and math.max(byAddress, byVisitor) > openHoldBound(amount, least) then return 4 end

  if visitor == "" then
    redis.call("HSET", budget, "h", held, "h:" .. day, heldToday, ofAddress, byAddress)
  else
    redis.call("HSET", budget, "h", held, "h:" .. day, heldToday, ofAddress, byAddress, ofVisitor, byVisitor)
  end
  redis.call("HINCRBY", account, "h", amountText)
  -- It outlives its entry in x, unless nobody looks after the bucket for hours.
  redis.call("SET", prefix .. "h:" .. id, packedHold(campaign, advertiser, amount, needed),
    "PX", expires - now + LATE_MS)
  return 0
end

-- Holds that are due count until somebody looks: the housekeeping, and here whoever is refused (500 of them at most).
local function holdOrLapse(id, ...)
  -- Asked twice, held once.
  if redis.call("ZADD", prefix .. "x", "NX", expires, id) == 0 then return 0 end
  local outcome = hold(id, ...)
  for _ = 1, 5 do
    if outcome == 0 or lapseDue(now, 100) == 0 then break end
    outcome = hold(id, ...)
  end
  if outcome ~= 0 then redis.call("ZREM", prefix .. "x", id) end
  return outcome
end

-- Whose cap a house ad's impression is to confirm. Nothing depends on the counters: it serves from a closed bucket too.
local function rememberCap(id, campaign, advertiser, needed)
  redis.call("SET", prefix .. "h:" .. id, packedHold(campaign, advertiser, 0, needed),
    "NX", "PX", expires - now + LATE_MS)
end

local open = {}
local function answer(key, winner)
  local id, campaign, advertiser, amount, total, daily, balance, needed, price
  now, expires, day, oldestDay, address, visitor,
    id, campaign, advertiser, amount, total, daily, balance, needed, price = string.match(winner, WINNER)
  now, expires, prefix = tonumber(now), tonumber(expires), string.sub(key, 1, -6)
  if amount == "0" then
    rememberCap(id, campaign, advertiser, needed)
    return 0
  end
  if open[key] == nil then open[key] = isOpenForBusiness() end
  if not open[key] then return 5 end
  return holdOrLapse(id, campaign, advertiser, amount, total, daily, balance, needed, tonumber(price))
end

local outcomes = {}
-- There may be one key more than winners.
for at = 1, #ARGV - 3 do
  -- What breaks one winner is not to refuse those of other requests.
  local ran, outcome = pcall(answer, KEYS[at], ARGV[at + 3])
  outcomes[at] = ran and outcome or 5
end
return outcomes
`;

/**
 * Gives open holds of one bucket back. ARGV: hold ids. Answers for each that was open and has a visitor, to release its
 * cap: visitor key, campaign, advertiser, time of the hold (ms).
 */
export const releaseMoneyScript = `${moneyPrelude}
local caps = {}
for _, id in ipairs(ARGV) do
  local hold = readHold(id)
  local house = hold and hold[AMOUNT] == 0
  if hold and (house and hold[CONFIRMED] == 0 or redis.call("ZREM", prefix .. "x", id) == 1) then
    if not house then returnAmount(hold) end
    redis.call("DEL", prefix .. "h:" .. id)
    if hold[VISITOR] ~= "" then
      caps[#caps + 1] = { hold[VISITOR], tonumber(hold[CAMPAIGN]), tonumber(hold[ADVERTISER]), hold[HELD_AT] }
    end
  end
end
return caps
`;

/**
 * Housekeeping of one bucket; one of another run of the server is closed, before anybody waits for the ledger.
 * ARGV: now, most holds to lapse, run of the server. Answers: run in which the bucket is open or "", unwritten charges, when the oldest was recorded (ms, 0 = none), holds lapsed.
 */
export const tendMoneyScript = `${moneyPrelude}
if not isOpenIn(ARGV[3]) then redis.call("DEL", KEYS[1]) end
local lapsed = lapseDue(tonumber(ARGV[1]), tonumber(ARGV[2]))
local oldest = redis.call("XRANGE", prefix .. "out", "-", "+", "COUNT", 1)[1]
return { redis.call("GET", KEYS[1]) or "", redis.call("XLEN", prefix .. "out"), oldest and tonumber(oldest[2][2]) or 0, lapsed }
`;
