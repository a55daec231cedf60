/**
 * Adds what a visitor did to the session profile KEYS[1] (its text: see `sessionProfile.ts`), in one step: weights decay to
 * now, events that are known are passed over, the lightest categories and the oldest ids leave.
 * ARGV: now (ms), half-life (ms), life (ms), most categories, most ids; then for each event its id (8 hexadecimal digits),
 * time (ms), weight, category. Answers how many events were new.
 */
export const addToSessionScript = `
local now, half = tonumber(ARGV[1]), tonumber(ARGV[2])
local mostCategories, mostIds = tonumber(ARGV[4]), tonumber(ARGV[5])
local HEAVIEST, LIGHTEST = 1000, 0.01
local weights, ids, known = {}, {}, {}
local stored = redis.call("GET", KEYS[1])
local writtenAt, told = string.match(stored or "", "^1 (%d+) ([%x,]*)")
if writtenAt and now - tonumber(writtenAt) < tonumber(ARGV[3]) then
  local decay = 2 ^ (-math.max(0, now - tonumber(writtenAt)) / half)
  for weight, category in string.gmatch(stored, "\\n([%d%.]+) ([%w_/%-]+)") do
    weights[category] = tonumber(weight) * decay
  end
  for id in string.gmatch(told, "%x+") do
    ids[#ids + 1] = id
    known[id] = true
  end
end

local added = 0
for at = 6, #ARGV, 4 do
  local id, category = ARGV[at], ARGV[at + 3]
  if not known[id] then
    known[id] = true
    ids[#ids + 1] = id
    local age = math.max(0, now - tonumber(ARGV[at + 1]))
    local weight = (weights[category] or 0) + tonumber(ARGV[at + 2]) * 2 ^ (-age / half)
    weights[category] = math.min(HEAVIEST, weight)
    added = added + 1
  end
end
if added == 0 then return 0 end

local order = {}
for category, weight in pairs(weights) do
  if weight >= LIGHTEST then order[#order + 1] = category end
end
table.sort(order, function(a, b)
  if weights[a] ~= weights[b] then return weights[a] > weights[b] end
  return a < b
end)
local latest = {}
for index = math.max(1, #ids - mostIds + 1), #ids do latest[#latest + 1] = ids[index] end
local lines = { "1 " .. string.format("%.0f", now) .. " " .. table.concat(latest, ",") }
for index = 1, math.min(#order, mostCategories) do
  lines[#lines + 1] = string.format("%.4f", weights[order[index]]) .. " " .. order[index]
end
redis.call("SET", KEYS[1], table.concat(lines, "\\n"), "PX", ARGV[3])
return added
`;
