-- Takes one token from a bucket that fills by itself.
-- KEYS[1] the bucket (hash: tokens, at_ms)
-- ARGV[1] now in milliseconds  ARGV[2] tokens per second  ARGV[3] most tokens it holds
-- returns 0 when a token was taken, else the milliseconds until there is one
local now, rate, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call("HMGET", KEYS[1], "tokens", "at_ms")
local tokens = tonumber(kept[1]) or most
local at = tonumber(kept[2]) or now
tokens = math.min(most, tokens + math.max(0, now - at) / 1000 * rate)
local wait = 0
if tokens >= 1 then
  tokens = tokens - 1
else
  wait = math.ceil((1 - tokens) / rate * 1000)
end
redis.call("HSET", KEYS[1], "tokens", tostring(tokens), "at_ms", tostring(now))
redis.call("PEXPIRE", KEYS[1], math.ceil(most / rate * 1000) + 1000)
return wait
