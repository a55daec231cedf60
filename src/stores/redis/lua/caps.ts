/**
 * Frequency caps in the visitor's slot, or in that of a page view: `key` is an impression log, whose bytes
 * `budgets/impressionLog.ts` describes. A page view's ("{p:…") is over, and gone, half an hour after its oldest entry.
 */
const capsPrelude = `
local CAMPAIGN, ADVERTISER, TIME, PENDING, NEEDED = 1, 2, 3, 4, 5
local SIZE, MOST, MONTH_MS, PAGE_MS, HOUR_MS = 18, 227, 2592000000, 1800000, 3600000
local layout = "<I4I4I6I2I2"
local key, now = KEYS[1], nil

local function isPageView()
  return string.sub(key, 1, 3) == "{p:"
end

-- The entries that still count: lapsed holds and those older than any window are left behind.
local function entriesOf(log)
  local entries, oldest = {}, now
  if not log or string.byte(log, 1) ~= 1 then return entries end
  for at = 2, #log - SIZE + 1, SIZE do
    local entry = { struct.unpack(layout, log, at) }
    if (entry[PENDING] == 0 or entry[TIME] + entry[PENDING] * 1000 > now) and entry[TIME] > now - MONTH_MS then
      entries[#entries + 1] = entry
      oldest = math.min(oldest, entry[TIME])
    end
  end
  if isPageView() and oldest <= now - PAGE_MS then return {} end
  return entries
end

local function writeLog(entries)
  if #entries == 0 then
    redis.call("DEL", key)
    return
  end
  local packed, oldest, pendingMs, isPending = { "\\1" }, now, 0, true
  for index, entry in ipairs(entries) do
    oldest = math.min(oldest, entry[TIME])
    pendingMs = math.max(pendingMs, entry[TIME] + entry[PENDING] * 1000 - now)
    isPending = isPending and entry[PENDING] > 0
    packed[index + 1] = struct.pack(layout, entry[CAMPAIGN], entry[ADVERTISER], entry[TIME], entry[PENDING], entry[NEEDED])
  end
  -- Who was never shown what was chosen is not worth remembering: only a clock's difference longer than it counts.
  local lifeMs = isPending and pendingMs + HOUR_MS or MONTH_MS
  if isPageView() then lifeMs = math.max(1, oldest + PAGE_MS - now) end
  redis.call("SET", key, table.concat(packed), "PX", lifeMs)
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
 * Checks and takes the caps of the winners of several requests. KEYS: for each request, the log of its visitor or page view. ARGV: for
 * each request one text of words: now, then for each winner: campaign, advertiser, pending seconds, needed minutes, number
 * of caps, and for each cap: "c" or "a", most impressions, window (ms).
 * Answers a text for each request, with a letter for each winner: "1" taken, "0" refused.
 */
export const holdCapsScript = `${capsPrelude}
-- Logs of up to so many bytes are added to as they are: what no longer counts is left out once they are longer.
local SHORT = 1 + 8 * SIZE

local function seen(entries, field, id, since)
  local count = 0
  for _, entry in ipairs(entries) do
    if entry[field] == id and entry[TIME] > since then count = count + 1 end
  end
  return count
end

local function holdAll(log, words)
  local entries, outcomes, changed, at = entriesOf(log), {}, false, 2
  while at <= #words do
    local campaign, advertiser, caps = tonumber(words[at]), tonumber(words[at + 1]), tonumber(words[at + 4])
    local allowed = true
    for cap = at + 5, at + 2 + caps * 3, 3 do
      local field = words[cap] == "c" and CAMPAIGN or ADVERTISER
      local id = field == CAMPAIGN and campaign or advertiser
      if seen(entries, field, id, now - words[cap + 2]) >= tonumber(words[cap + 1]) then allowed = false end
    end
    if allowed then
      if makeRoom(entries) then
        entries[#entries + 1] = { campaign, advertiser, now, tonumber(words[at + 2]), tonumber(words[at + 3]) }
        changed = true
      else
        -- Forgetting what a cap needs would break it: a capped campaign waits, another one goes unremembered.
        allowed = caps == 0
      end
    end
    outcomes[#outcomes + 1] = allowed and "1" or "0"
    at = at + 5 + caps * 3
  end
  if changed then writeLog(entries) end
  return table.concat(outcomes)
end

local ONE_UNCAPPED = "^(%S+) (%S+) (%S+) (%S+) (%S+) 0$"
local function answer(request)
  local log = redis.call("GET", key)
  local isShort = not log or #log <= SHORT and #log % SIZE == 1 and string.byte(log, 1) == 1
  local at, campaign, advertiser, pending, needed = string.match(request, ONE_UNCAPPED)
  if isShort and at and not isPageView() then
    local lifeMs = log and MONTH_MS or pending * 1000 + HOUR_MS
    redis.call("SET", key, (log or "\\1") .. struct.pack(layout, campaign, advertiser, at, pending, needed), "PX", lifeMs)
    return "1"
  end
  local words = {}
  for word in string.gmatch(request, "%S+") do words[#words + 1] = word end
  now = tonumber(words[1])
  return holdAll(log, words)
end

local answers = {}
for at = 1, #KEYS do
  key = KEYS[at]
  -- What breaks one log is not to refuse the winners of other requests.
  local ran, outcomes = pcall(answer, ARGV[at])
  answers[at] = ran and outcomes or ""
end
return answers
`;

/**
 * Confirms or releases one pending entry. ARGV: now, "confirm" or "release", campaign, advertiser, time of the hold (ms),
 * needed minutes. A confirmation that finds nothing (the hold had lapsed) writes the entry anew; one that finds itself
 * done changes nothing.
 */
export const settleCapScript = `${capsPrelude}
now = tonumber(ARGV[1])
local entries, found, done = entriesOf(redis.call("GET", key)), nil, false
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
  if done or heldAt <= now - (isPageView() and PAGE_MS or MONTH_MS) then return 0 end
  if not makeRoom(entries) then table.remove(entries, 1) end
  entries[#entries + 1] = { campaign, tonumber(ARGV[4]), heldAt, 0, tonumber(ARGV[6]) }
end
writeLog(entries)
return 1
`;
