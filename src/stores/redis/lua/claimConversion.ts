/**
 * Claims one conversion and appends it to the outbox: both or neither. It touches no counter of money, so that it needs
 * none of them to be whole. KEYS[1] names the advertiser's money bucket ("{m7}:epoch").
 *
 *   n:<event id>        who claimed: the time (ms), a space, the conversion as it was claimed
 *   k:<decision.slot>   how many conversions an ad has brought
 *
 * ARGV: now, event id, ms to remember it, "decision.slot" of the ad, most conversions of one ad, budget day, the event for
 * the ledger, the conversion.
 * Answers { "counted" }, { "too_many" } or { "duplicate", what the first claim left }.
 */
export const claimConversionScript = `
local prefix = string.sub(KEYS[1], 1, -6)
local claim, ad = prefix .. "n:" .. ARGV[2], prefix .. "k:" .. ARGV[4]
local first = redis.call("GET", claim)
if first then return { "duplicate", first } end
if tonumber(redis.call("GET", ad) or 0) >= tonumber(ARGV[5]) then return { "too_many" } end
redis.call("SET", claim, ARGV[1] .. " " .. ARGV[8], "PX", ARGV[3])
redis.call("INCR", ad)
redis.call("PEXPIRE", ad, ARGV[3])
redis.call("XADD", prefix .. "out", "*", "t", ARGV[1], "day", ARGV[6], "micros", 0, "reason", "", "event", ARGV[7])
return { "counted" }
`;
