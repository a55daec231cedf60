/**
 * Within the record script: why an event is nobody's, or nil. What is remembered of its source lies in the bucket of the
 * advertiser, so that it costs no trip of its own:
 *
 *   n:<advertiser>:<hour>:<who>   events of one source in one hour (of the time that is passed in): impressions + 10^5 *
 *                                 views + 10^10 * clicks
 *   k:<campaign>:<who>            when the source's last click on the campaign was charged or could have been
 *
 * Who is "a<address key>", and the person: "v<visitor key>" where the hold knows one, else "b<browser key>". What was known
 * to be invalid beforehand is not counted: a bot must not use up what its neighbours on a shared address may do.
 */
export const judgeEvent = `
local WEIGHTS, EACH = { [1] = 1, [2] = 1e5, [4] = 1e10 }, 1e5

local function invalidReason()
  if ARGV[15] ~= "" then return "invalid:" .. ARGV[15] end
  local address = ARGV[16] ~= "" and "a" .. ARGV[16] or nil
  local browser = ARGV[17] ~= "" and "b" .. ARGV[17] or nil
  local visitor = hold and hold[VISITOR] ~= "" and "v" .. hold[VISITOR] or nil
  local person, isClick, duplicateMs = visitor or browser, bit_ == 4, tonumber(ARGV[18])
  local clicked = prefix .. "k:" .. campaign .. ":"

  if isClick and person and duplicateMs > 0 then
    local before = redis.call("GET", clicked .. person)
    if before and math.abs(now - before) < duplicateMs then return "invalid:duplicate_click" end
  end

  local tooMany, hour, weight = false, math.floor(now / 3600000), WEIGHTS[bit_]
  local function count(who, most)
    if not who or most == 0 then return end
    local key = prefix .. "n:" .. advertiser .. ":" .. hour .. ":" .. who
    local counts = redis.call("INCRBY", key, weight)
    -- The hour in the name ends it; this only cleans up.
    if counts == weight then redis.call("PEXPIRE", key, 7200000) end
    if math.floor(counts / weight) % EACH > most then tooMany = true end
  end
  count(address, tonumber(ARGV[isClick and 20 or 19]))
  count(person, tonumber(ARGV[isClick and 22 or 21]))
  if tooMany then return "invalid:too_many" end

  if isClick and duplicateMs > 0 then
    if visitor then redis.call("SET", clicked .. visitor, ARGV[1], "PX", duplicateMs) end
    -- Also for the visitor who comes back without a name.
    if browser then redis.call("SET", clicked .. browser, ARGV[1], "PX", duplicateMs) end
  end
  return nil
end
`;
