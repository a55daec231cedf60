/**
 * What every money script begins with. All keys of a bucket share the hash tag of KEYS[1] ("{m7}:epoch"), so each script
 * touches one cluster slot:
 *
 *   epoch            the bucket may serve: its counters agree with the ledger; the value names the server's run
 *   b:<campaign>     hash: s, h = spent and held in all; s:<day>, h:<day> = the same of a budget day; lt, ld, lb = the last
 *                    known total, daily and balance limits (-1 = none); o = the oldest day still kept; d = the day of that
 *   a:<advertiser>   hash: s, h = spent and held by all its campaigns
 *   o:<campaign>     hash: open held micros by "a:<address>" and "v:<visitor>"
 *   h:<hold>         the hold, packed; x: sorted set of open holds by the ms at which they lapse
 *   e:<decision.slot> bits of the events already claimed (1 impression, 2 viewable, 4 click)
 *   out              stream: what the ledger has not yet written
 *
 * Amounts are integer micros; Lua's doubles hold them exactly up to 2^53. Times are arguments, never the server's clock.
 */
export const moneyPrelude = `
local prefix = string.sub(KEYS[1], 1, -6)
local CAMPAIGN, ADVERTISER, AMOUNT, DAY, EXPIRES, ADDRESS, VISITOR, HELD_AT, NEEDED, OPEN, CONFIRMED = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

local function readHold(id)
  local packed = redis.call("GET", prefix .. "h:" .. id)
  return packed and cmsgpack.unpack(packed) or nil
end

local function takeBack(key, field, amount)
  if redis.call("HINCRBY", key, field, -amount) <= 0 then redis.call("HDEL", key, field) end
end

-- Gives the reserved amount back and takes the hold out of the queue of those that lapse.
local function returnAmount(id, hold)
  local budget, openHolds = prefix .. "b:" .. hold[CAMPAIGN], prefix .. "o:" .. hold[CAMPAIGN]
  redis.call("HINCRBY", budget, "h", -hold[AMOUNT])
  takeBack(budget, "h:" .. hold[DAY], hold[AMOUNT])
  redis.call("HINCRBY", prefix .. "a:" .. hold[ADVERTISER], "h", -hold[AMOUNT])
  takeBack(openHolds, "a:" .. hold[ADDRESS], hold[AMOUNT])
  if hold[VISITOR] ~= "" then takeBack(openHolds, "v:" .. hold[VISITOR], hold[AMOUNT]) end
  redis.call("ZREM", prefix .. "x", id)
end

-- A hold that lapsed is remembered for two hours, without money: a late impression still finds its visitor's cap.
local function lapse(id, hold)
  returnAmount(id, hold)
  hold[OPEN] = 0
  redis.call("SET", prefix .. "h:" .. id, cmsgpack.pack(hold), "PX", 7200000)
end

local function lapseDue(now, limit)
  local due = redis.call("ZRANGEBYSCORE", prefix .. "x", "-inf", now, "LIMIT", 0, limit)
  for _, id in ipairs(due) do
    local hold = readHold(id)
    if hold then lapse(id, hold) else redis.call("ZREM", prefix .. "x", id) end
  end
  return #due
end
`;
