/**
 * Frequency caps in the visitor's slot: KEYS[1] is the visitor's impression log, whose bytes `budgets/impressionLog.ts`
 * describes.
 */
const capsPrelude = `
local CAMPAIGN, ADVERTISER, TIME, PENDING, NEEDED = 1, 2, 3, 4, 5
local SIZE, MOST, MONTH_MS = 18, 227, 2592000000
local layout = "<I4I4I6I2I2"
local now = tonumber(ARGV[1])

-- The entries that still count: lapsed holds and those older than any window are left behind.
local function readLog()
  local entries, log = {}, redis.call("GET", KEYS[1])
  if not log or string.byte(log, 1) ~= 1 then return entries end
  for at = 2, #log - SIZE + 1, SIZE do
    local entry = { struct.unpack(layout, log, at) }
    if (entry[PENDING] == 0 or entry[TIME] + entry[PENDING] * 1000 > now) and entry[TIME] > now - MONTH_MS then
      entries[#entries + 1] = entry
    end
  end
  return entries
end

local function writeLog(entries)
  if #entries == 0 then
    redis.call("DEL", KEYS[1])
    return
  end
  local packed = { "\\1" }
  for index, entry in ipairs(entries) do
    packed[index + 1] = struct.pack(layout, entry[CAMPAIGN], entry[ADVERTISER], entry[TIME], entry[PENDING], entry[NEEDED])
  end
  redis.call("SET", KEYS[1], table.concat(packed), "PX", MONTH_MS)
end

-- False when the log is full of entries that caps still need.
local function makeRoom(entries)
  if #entries < MOST then return true end
  for index, entry in ipairs(entries) do
    if entry[TIME] + entry[NEEDED] * 60000 <= now then
      table.remove(entries, index)
      return true
    end
  end
  return false
end
`;

/**
 * Checks and takes the caps of several winners, atomically.
 * ARGV: now, then for each winner: campaign, advertiser, pending seconds, needed minutes, number of
 * caps, and for each cap: "c" or "a", most impressions, window (ms).
 * Answers one number a winner: 1 taken, 0 refused.
 */
export const holdCapsScript = `${capsPrelude}
local entries, outcomes, changed, at = readLog(), {}, false, 2

local function seen(field, id, since)
  local count = 0
  for _, entry in ipairs(entries) do
    if entry[field] == id and entry[TIME] > since then count = count + 1 end
  end
  return count
end

while at <= #ARGV do
  local campaign, advertiser, caps = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 4])
  local allowed = true
  for cap = at + 5, at + 2 + caps * 3, 3 do
    local field = ARGV[cap] == "c" and CAMPAIGN or ADVERTISER
    local id = field == CAMPAIGN and campaign or advertiser
    if seen(field, id, now - tonumber(ARGV[cap + 2])) >= tonumber(ARGV[cap + 1]) then allowed = false end
  end
  if allowed then
    if makeRoom(entries) then
      entries[#entries + 1] = { campaign, advertiser, now, tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]) }
      changed = true
    else
      -- Forgetting what a cap needs would break it: a capped campaign waits, another one goes unremembered.
      allowed = caps == 0
    end
  end
  outcomes[#outcomes + 1] = allowed and 1 or 0
  at = at + 5 + caps * 3
end
if changed then writeLog(entries) end
return outcomes
`;

/**
 * Confirms or releases one pending entry. ARGV: now, "confirm" or "release", campaign, advertiser, time of the hold (ms),
 * needed minutes. A confirmation that finds nothing (the hold had lapsed) writes the entry anew; one that finds itself
 * done changes nothing.
 */
export const settleCapScript = `${capsPrelude}
local entries, found, done = readLog(), nil, false
local campaign, heldAt = tonumber(ARGV[3]), tonumber(ARGV[5])
for index, entry in ipairs(entries) do
  if entry[CAMPAIGN] == campaign and entry[TIME] == heldAt then
    if entry[PENDING] > 0 then found = index else done = true end
  end
end
if ARGV[2] == "release" then
  if not found then return 0 end
  table.remove(entries, found)
elseif found then
  entries[found][PENDING] = 0
else
  if done or heldAt <= now - MONTH_MS then return 0 end
  if not makeRoom(entries) then table.remove(entries, 1) end
  entries[#entries + 1] = { campaign, tonumber(ARGV[4]), heldAt, 0, tonumber(ARGV[6]) }
end
writeLog(entries)
return 1
`;
