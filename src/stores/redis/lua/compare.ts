import { moneyPrelude } from "./money.ts";

/**
 * Reads counters of an open bucket together with what its outbox holds, at one moment: spent = ledger + outbox then.
 * ARGV: run of the server, most entries of the outbox worth reading, number of budget days, the days, then key suffixes
 * ("b:12", "a:7"). Answers "closed", "busy" (the outbox holds more), or "open", the outbox's entries, and for each key what
 * is spent in all, the oldest day still kept, and what is spent on each day ("" = nothing; advertisers have no days).
 */
export const readCountersScript = `${moneyPrelude}
if not isOpenIn(ARGV[1]) then return { "closed" } end
if redis.call("XLEN", prefix .. "out") > tonumber(ARGV[2]) then return { "busy" } end
local fields, counters = { "s", "o" }, {}
local firstKey = 4 + ARGV[3]
for at = 4, firstKey - 1 do fields[#fields + 1] = "s:" .. ARGV[at] end
for at = firstKey, #ARGV do
  local values = redis.call("HMGET", prefix .. ARGV[at], unpack(fields))
  for index = 1, #fields do values[index] = values[index] or "" end
  counters[#counters + 1] = values
end
return { "open", redis.call("XRANGE", prefix .. "out", "-", "+"), counters }
`;

/**
 * Adds to counters of an open bucket. ARGV: run of the server, then groups of key suffix, budget day or "" (= in all), and
 * micros to add. Days that the campaign has forgotten stay forgotten. Answers 1, or 0 when the bucket is closed: it will be
 * set from the ledger.
 */
export const changeCountersScript = `${moneyPrelude}
if not isOpenIn(ARGV[1]) then return 0 end
for at = 2, #ARGV, 3 do
  local key, day, micros = prefix .. ARGV[at], ARGV[at + 1], ARGV[at + 2]
  if day == "" then
    redis.call("HINCRBY", key, "s", micros)
  else
    local oldest = redis.call("HGET", key, "o")
    if not oldest or day >= oldest then redis.call("HINCRBY", key, "s:" .. day, micros) end
  end
end
return 1
`;
