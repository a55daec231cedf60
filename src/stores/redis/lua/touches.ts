/**
 * Remembers what a visitor did with an ad. KEYS[1] is a hash in the visitor's slot: field "c<advertiser>" (clicks) or
 * "v<advertiser>" (views), whose value holds one line a touch, latest first: its time (ms), a space, what was touched as
 * JSON; field "p" says when the hash was last cleared of what is too old.
 * ARGV: now, "c" or "v", advertiser, time (ms), touch as JSON, ms to keep clicks, ms to keep views.
 * The same touch told again changes nothing. Answers 1, or 0 when nothing changed.
 */
export const addTouchScript = `
local now, kind, at = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[4])
local KEEP = { c = tonumber(ARGV[6]), v = tonumber(ARGV[7]) }
local MOST_FIELDS, MOST_TOUCHES, DAY_MS = 200, 3, 86400000
local field = kind .. ARGV[3]

local function latestOf(lines)
  return tonumber(string.match(lines, "^%d+"))
end

-- Everything too old goes; then, while there are too many, the oldest views, then the oldest clicks.
local function clear()
  local all, kept = redis.call("HGETALL", KEYS[1]), {}
  for index = 1, #all, 2 do
    local name = all[index]
    if name ~= "p" then
      local which, latest = string.sub(name, 1, 1), latestOf(all[index + 1])
      if latest <= now - KEEP[which] then
        redis.call("HDEL", KEYS[1], name)
      else
        kept[#kept + 1] = { name, which, latest }
      end
    end
  end
  redis.call("HSET", KEYS[1], "p", now)
  if #kept <= MOST_FIELDS then return end
  table.sort(kept, function(a, b)
    if a[2] ~= b[2] then return a[2] == "v" end
    if a[3] ~= b[3] then return a[3] < b[3] end
    return a[1] < b[1]
  end)
  -- A quarter at once: the next new shops find room.
  for index = 1, #kept - MOST_FIELDS * 3 / 4 do redis.call("HDEL", KEYS[1], kept[index][1]) end
end

if at <= now - KEEP[kind] then return 0 end
local known, touches = redis.call("HGET", KEYS[1], field), {}
for time, touch in string.gmatch(known or "", "(%d+) ([^\\n]+)") do
  if touch == ARGV[5] then return 0 end
  if tonumber(time) > now - KEEP[kind] then touches[#touches + 1] = { tonumber(time), touch } end
end
touches[#touches + 1] = { at, ARGV[5] }
table.sort(touches, function(a, b)
  if a[1] ~= b[1] then return a[1] > b[1] end
  return a[2] < b[2]
end)
local lines = {}
for index = 1, math.min(#touches, MOST_TOUCHES) do
  lines[index] = string.format("%.0f", touches[index][1]) .. " " .. touches[index][2]
end
redis.call("HSET", KEYS[1], field, table.concat(lines, "\\n"))
local cleared = tonumber(redis.call("HGET", KEYS[1], "p") or 0)
if now - cleared > DAY_MS or not known and redis.call("HLEN", KEYS[1]) > MOST_FIELDS + 1 then clear() end
redis.call("PEXPIRE", KEYS[1], ARGV[6])
return 1
`;
