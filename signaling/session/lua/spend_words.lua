-- Takes one event from what one side of a session may write.
-- KEYS[1] the side's count (hash: tokens, at_ms, events, bytes)
-- ARGV[1] now in milliseconds  ARGV[2] events per second  ARGV[3] events at once  ARGV[4] most events
-- ARGV[5] most bytes  ARGV[6] bytes of this one  ARGV[7] kept so long, in seconds
-- returns 0 when it may be written, -1 when the session holds as much as it may, else the milliseconds to wait
local now, rate, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call("HMGET", KEYS[1], "tokens", "at_ms", "events", "bytes")
local events, bytes = (tonumber(kept[3]) or 0) + 1, (tonumber(kept[4]) or 0) + tonumber(ARGV[6])
if events > tonumber(ARGV[4]) or bytes > tonumber(ARGV[5]) then
  return -1
end
local since = math.max(0, now - (tonumber(kept[2]) or now))
local tokens = math.min(most, (tonumber(kept[1]) or most) + since / 1000 * rate)
if tokens < 1 then
  return math.ceil((1 - tokens) / rate * 1000)
end
redis.call("HSET", KEYS[1], "tokens", tostring(tokens - 1), "at_ms", ARGV[1], "events", events, "bytes", bytes)
redis.call("EXPIRE", KEYS[1], ARGV[7])
return 0
