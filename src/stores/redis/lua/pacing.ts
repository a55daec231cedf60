/**
 * Keys of pacing, in one cluster slot:
 *
 *   {pacing}:lease    hash: owner, token, until (ms of the nodes' common clock)
 *   {pacing}:table    string: version (a double, little-endian), then throttles of all paced campaigns, packed
 *   {pacing}:changes  stream of what has changed since; ids are "<version>-0", fields p (the version before) and b (packed)
 *
 * Tokens and versions come from the server's clock (µs), never below the last one + 1: they grow even when Redis has
 * forgotten everything, so that a leader of before cannot pass for a newer one.
 */
const keys = `
local lease, tableKey, changes = "{pacing}:lease", "{pacing}:table", "{pacing}:changes"
local function nextAfter(last)
  local time = redis.call("TIME")
  return math.max(last + 1, time[1] * 1000000 + time[2])
end
`;

/**
 * Takes or keeps the lease. KEYS: the lease. ARGV: owner, now, ms that it lasts. Answers the token as text when it is the
 * owner's, else false. Whoever comes after another gets a new and higher token; who finds a lapsed lease still his own keeps
 * his, for nobody has led meanwhile.
 */
export const leaseScript = `${keys}
local known = redis.call("HMGET", lease, "owner", "token", "until")
local now = tonumber(ARGV[2])
local isHeld = known[3] and tonumber(known[3]) > now and tonumber(known[3]) <= now + 120000
if isHeld and known[1] ~= ARGV[1] then return false end
local token = known[2]
if known[1] ~= ARGV[1] then token = string.format("%.0f", nextAfter(tonumber(known[2] or 0))) end
redis.call("HSET", lease, "owner", ARGV[1], "token", token, "until", string.format("%.0f", now + ARGV[3]))
return token
`;

/** Gives the lease up, if it is the owner's. KEYS: the lease. ARGV: owner. */
export const releaseLeaseScript = `${keys}
if redis.call("HGET", lease, "owner") == ARGV[1] then redis.call("HSET", lease, "until", "0") end
return 1
`;

/**
 * Publishes throttles. KEYS: the lease. ARGV: token, changed entries (may be empty when a whole table comes), the whole
 * table or "". Answers 1, 0 when the token is not the present one, 2 when there is no table: send it whole.
 */
export const publishThrottlesScript = `${keys}
if redis.call("HGET", lease, "token") ~= ARGV[1] then return 0 end
local last = redis.call("XREVRANGE", changes, "+", "-", "COUNT", 1)[1]
local previous = last and string.match(last[1], "^%d+") or "0"
if ARGV[3] == "" and redis.call("EXISTS", tableKey) == 0 then return 2 end
local version = string.format("%.0f", nextAfter(tonumber(previous)))
redis.call("XADD", changes, version .. "-0", "p", previous, "b", ARGV[2])
if ARGV[3] ~= "" then
  redis.call("SET", tableKey, struct.pack("<d", tonumber(version)) .. ARGV[3])
  -- Who is up to date needs this change only; who is not takes the table.
  redis.call("XTRIM", changes, "MAXLEN", 1)
end
return 1
`;

/**
 * Reads counters of campaigns of one money bucket. KEYS: the bucket's epoch. ARGV: run of the server, day, campaigns.
 * Answers false while the bucket is closed, else four numbers a campaign, as one text: spent and held in all, and of the day.
 */
export const readSpendingScript = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return false end
local prefix = string.sub(KEYS[1], 1, -6) .. "b:"
local spentOfDay, heldOfDay = "s:" .. ARGV[2], "h:" .. ARGV[2]
local figures = {}
for at = 3, #ARGV do
  local known = redis.call("HMGET", prefix .. ARGV[at], "s", "h", spentOfDay, heldOfDay)
  for field = 1, 4 do figures[#figures + 1] = known[field] or "0" end
end
return table.concat(figures, " ")
`;
