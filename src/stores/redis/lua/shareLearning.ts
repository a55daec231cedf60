/**
 * Adds what a node learnt of an SSP to what all know, and answers that. KEYS[1] names the SSP ("{ssp:3}:learnt").
 *
 *   {ssp:3}:w:<campaign>   "bids wins billings impressions at", as of a time; campaign 0 = all
 *   {ssp:3}:p              "at", then how often each bucket of prices was told
 *
 * What was known fades by half in ARGV[2] ms, and weighs no more than ARGV[4] bids (ARGV[5] for all campaigns together), so
 * that what changes is noticed. ARGV: now, half life, ms to remember, most bids, most bids of all, number of buckets, then
 * the batch as JSON: { counts: [[campaign, bids, wins, billings, impressions], …], prices: [[bucket, count], …] }.
 * Answers a text for each campaign of the batch, "campaign bids wins billings impressions", and last one of the prices.
 */
export const shareLearningScript = `
local prefix = string.sub(KEYS[1], 1, -7)
local now, halfLife, rememberMs = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local batch = cjson.decode(ARGV[7])
local answers = {}

local function numbersOf(text)
  local numbers = {}
  for word in string.gmatch(text or "", "%S+") do numbers[#numbers + 1] = tonumber(word) end
  return numbers
end

-- Clocks of nodes differ: nothing grows because one is behind.
local function faded(at)
  return 0.5 ^ (math.max(0, now - (at or now)) / halfLife)
end

for _, told in ipairs(batch.counts) do
  local key = prefix .. "w:" .. string.format("%.0f", told[1])
  local known = numbersOf(redis.call("GET", key))
  local factor, sums = faded(known[5]), {}
  for field = 1, 4 do sums[field] = (known[field] or 0) * factor + told[field + 1] end
  local most = tonumber(told[1] == 0 and ARGV[5] or ARGV[4])
  if sums[1] > most then
    for field = 4, 1, -1 do sums[field] = sums[field] * most / sums[1] end
  end
  local text = string.format("%.4f %.4f %.4f %.4f", unpack(sums))
  redis.call("SET", key, string.format("%s %.0f", text, math.max(now, known[5] or 0)), "PX", rememberMs)
  answers[#answers + 1] = string.format("%.0f ", told[1]) .. text
end

local known = numbersOf(redis.call("GET", prefix .. "p"))
local factor, prices = faded(known[1]), {}
for bucket = 1, tonumber(ARGV[6]) do prices[bucket] = (known[bucket + 1] or 0) * factor end
for _, told in ipairs(batch.prices) do prices[told[1] + 1] = prices[told[1] + 1] + told[2] end
for bucket, count in ipairs(prices) do prices[bucket] = count < 0.0005 and "0" or string.format("%.3f", count) end
local text = table.concat(prices, " ")
if #batch.prices > 0 then
  redis.call("SET", prefix .. "p", string.format("%.0f ", math.max(now, known[1] or 0)) .. text, "PX", rememberMs)
end
answers[#answers + 1] = text
return answers
`;
