import { moneyPrelude } from "./money.ts";

/**
 * Closes a bucket for rebuilding: nothing is held or recorded in it until it is opened again. The money of open holds is
 * forgotten; whose they were is remembered as of those that lapsed, for an impression that comes later is still its visitor's.
 * ARGV: token of this rebuild, run of the server. Answers 1, or 0 when the bucket is open in this run (somebody has just rebuilt it).
 */
export const closeBucketScript = `${moneyPrelude}
if redis.call("GET", KEYS[1]) == ARGV[2] then return 0 end
redis.call("DEL", KEYS[1])
redis.call("SET", prefix .. "rebuild", ARGV[1] .. " " .. ARGV[2], "PX", 60000)
for _, id in ipairs(redis.call("ZRANGE", prefix .. "x", 0, -1)) do
  local hold = readHold(id)
  if hold then
    redis.call("DEL", prefix .. "b:" .. hold[CAMPAIGN], prefix .. "a:" .. hold[ADVERTISER])
  end
end
redis.call("DEL", prefix .. "x")
return 1
`;

/**
 * Sets counters of a closed bucket. ARGV: token and run as one text, then groups of key suffix ("b:12" or "a:7"), number of fields, and each
 * field with its value; whatever the key held before is gone. Answers 1, or 0 when the token is no longer the bucket's.
 */
export const setCountersScript = `${moneyPrelude}
if redis.call("GET", prefix .. "rebuild") ~= ARGV[1] then return 0 end
redis.call("PEXPIRE", prefix .. "rebuild", 60000)
local at = 2
while at <= #ARGV do
  local key, fields = prefix .. ARGV[at], tonumber(ARGV[at + 1])
  redis.call("DEL", key)
  for field = at + 2, at + fields * 2, 2 do
    redis.call("HSET", key, ARGV[field], ARGV[field + 1])
  end
  at = at + 2 + fields * 2
end
return 1
`;

/** Opens a rebuilt bucket. ARGV: token and run as one text, run. Answers 1, or 0 when the token is no longer the bucket's. */
export const openBucketScript = `${moneyPrelude}
if redis.call("GET", prefix .. "rebuild") ~= ARGV[1] then return 0 end
redis.call("DEL", prefix .. "rebuild")
redis.call("SET", KEYS[1], ARGV[2])
return 1
`;
