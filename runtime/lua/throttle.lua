-- Takes tokens from a bucket that fills by itself, or puts some back.
-- KEYS[1] the bucket (hash: tokens, at_ms)
-- ARGV[1] now in milliseconds  ARGV[2] tokens per second  ARGV[3] most tokens it holds
-- ARGV[4] tokens to take; below zero: to put back
-- returns 0 when that was done, else the milliseconds until it can be
local now, rate, most, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local kept = redis.call("HMGET", KEYS[1], "tokens", "at_ms")
local tokens = tonumber(kept[1]) or most
local at = tonumber(kept[2]) or now
tokens = math.min(most, tokens + math.max(0, now - at) / 1000 * rate)
local wait = 0
if tokens >= wanted then
  tokens = math.min(most, tokens - wanted)
else
  wait = math.ceil((wanted - tokens) / rate * 1000)
end
redis.call("HSET", KEYS[1], "tokens", tostring(tokens), "at_ms", tostring(now))
redis.call("PEXPIRE", KEYS[1], math.ceil(most / rate * 1000) + 1000)
return wait
