/**
 * What every money script begins with. All keys of a bucket share the hash tag of KEYS[1] ("{m7}:epoch"), so each script
 * touches one cluster slot (one that is given several buckets, on a single server only, sets `prefix` for each):
 *
 *   epoch            the bucket may serve: its counters agree with the ledger; the value names the server's run. A server
 *                    that came back from an older picture of itself brings the name of another run, and may not
 *   rebuild          who rebuilds the bucket, in which run: a server that was restarted meanwhile is rebuilt anew
 *   b:<campaign>     hash: s, h = spent and held in all; s:<day>, h:<day> = the same of a budget day; a:<address>,
 *                    v:<visitor> = what each keeps held; lt, ld, lb = the last known total, daily and balance limits
 *                    (-1 = none); o = the oldest day still kept; d = the day of that
 *   a:<advertiser>   hash: s, h = spent and held by all its campaigns
 *   h:<hold>         the hold, packed; x: sorted set of open holds by the ms at which they lapse. A hold is open as long as
 *                    it is in x; afterwards it is remembered for its visitor's cap. House ads hold nothing: only their
 *                    caps wait, and they are never in x
 *   e:<decision.slot> the events already claimed: bits (1 impression, 2 viewable, 4 click) + 8, 128, 2,048 * why the
 *                    impression, the view, the click was not charged (0 = it was, or is free) + 32,768 * what the billable
 *                    one was charged. A number, because Redis keeps those smallest
 *   n:, k:           what is remembered of an event's source, see judgeEvent.ts
 *   out              stream: what the ledger has not yet written
 *
 * Amounts are integer micros; Lua's doubles hold them exactly up to 2^53. Times are arguments, never the server's clock.
 */
export const moneyPrelude = `
local prefix = string.sub(KEYS[1], 1, -6)
local CAMPAIGN, ADVERTISER, AMOUNT, DAY, EXPIRES, ADDRESS, VISITOR, HELD_AT, NEEDED, CONFIRMED = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10

-- True while the counters are of this run of the server, which the caller names.
local function isOpenIn(run)
  return redis.call("GET", prefix .. "epoch") == run
end

local function readHold(id)
  local packed = redis.call("GET", prefix .. "h:" .. id)
  return packed and cmsgpack.unpack(packed) or nil
end

local function isOpen(id)
  return redis.call("ZSCORE", prefix .. "x", id) ~= false
end

-- Gives the reserved amount back. The caller takes the hold out of x.
local function returnAmount(hold)
  local budget, kept, gone = prefix .. "b:" .. hold[CAMPAIGN], {}, {}
  local fields = { "h", "h:" .. hold[DAY], "a:" .. hold[ADDRESS], hold[VISITOR] ~= "" and "v:" .. hold[VISITOR] or nil }
  local held = redis.call("HMGET", budget, unpack(fields))
  for index, field in ipairs(fields) do
    local left = (held[index] or 0) - hold[AMOUNT]
    if left > 0 or index == 1 then
      kept[#kept + 1] = field
      kept[#kept + 1] = left
    else
      gone[#gone + 1] = field
    end
  end
  redis.call("HSET", budget, unpack(kept))
  if #gone > 0 then redis.call("HDEL", budget, unpack(gone)) end
  redis.call("HINCRBY", prefix .. "a:" .. hold[ADVERTISER], "h", -hold[AMOUNT])
end

-- A hold that lapsed is remembered for two hours, without money: a late impression still finds its visitor's cap.
local LATE_MS = 7200000

-- What nobody looked at for so long that it was forgotten can only be made up by the ledger.
local function lapseDue(now, limit)
  local due = redis.call("ZRANGEBYSCORE", prefix .. "x", "-inf", now, "LIMIT", 0, limit)
  if #due == 0 then return 0 end
  local keys = {}
  for index, id in ipairs(due) do keys[index] = prefix .. "h:" .. id end
  for _, packed in ipairs(redis.call("MGET", unpack(keys))) do
    if packed then returnAmount(cmsgpack.unpack(packed)) else redis.call("DEL", prefix .. "epoch") end
  end
  redis.call("ZREM", prefix .. "x", unpack(due))
  return #due
end
`;
