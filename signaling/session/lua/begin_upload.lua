-- Counts an upload that begins, if its ticket, its address and the realm may have one more unfinished.
-- KEYS[1] the ticket's unfinished uploads  KEYS[2] its documents  KEYS[3] the address's unfinished uploads
-- KEYS[4] those of all (sorted sets of `id bytes` by begin, in milliseconds; documents: a hash)
-- ARGV[1] now in milliseconds  ARGV[2] an unfinished upload ends after so many milliseconds  ARGV[3] `id bytes`
-- ARGV[4] most documents and uploads of a ticket  ARGV[5] most unfinished uploads of a ticket  ARGV[6] and their bytes
-- ARGV[7] most unfinished uploads of an address  ARGV[8] and their bytes  ARGV[9] most of all  ARGV[10] and their bytes
-- returns `ok`, or what is full: `documents`, `ticket`, `address`, `all`
local now, ttl = tonumber(ARGV[1]), tonumber(ARGV[2])
local size = tonumber(string.match(ARGV[3], " (%d+)$"))

-- How many are unfinished and how large they may become; those whose time is over do not count.
local function held(key)
  redis.call("ZREMRANGEBYSCORE", key, "-inf", now - ttl)
  local bytes, members = 0, redis.call("ZRANGE", key, 0, -1)
  for _, member in ipairs(members) do
    bytes = bytes + tonumber(string.match(member, " (%d+)$"))
  end
  return #members, bytes
end

local many, bytes = held(KEYS[1])
if many + redis.call("HLEN", KEYS[2]) >= tonumber(ARGV[4]) then
  return "documents"
elseif many >= tonumber(ARGV[5]) or bytes + size > tonumber(ARGV[6]) then
  return "ticket"
end
many, bytes = held(KEYS[3])
if many >= tonumber(ARGV[7]) or bytes + size > tonumber(ARGV[8]) then
  return "address"
end
many, bytes = held(KEYS[4])
if many >= tonumber(ARGV[9]) or bytes + size > tonumber(ARGV[10]) then
  return "all"
end
for _, key in ipairs({ KEYS[1], KEYS[3], KEYS[4] }) do
  redis.call("ZADD", key, now, ARGV[3])
  redis.call("PEXPIRE", key, ttl)
end
return "ok"
