-- Enters a page under an identity, unless a newer connection stands there: ids of connections rise with time.
-- KEYS[1] the identity's page
-- ARGV[1] how long the entry is kept, in seconds; ARGV[2] the page's node, ARGV[3] its connection, ARGV[4] 1 when its
--   person asked for the identity just now
-- returns {1, what stood there before} or {0, what stands there}
local found = redis.call("GET", KEYS[1]) or ""
local connection = string.match(found, " (%S+)$")
if ARGV[4] ~= "1" and connection and #connection == #ARGV[3] and connection > ARGV[3] then
  return {0, found}
end
redis.call("SET", KEYS[1], ARGV[2] .. " " .. ARGV[3], "EX", ARGV[1])
return {1, found}
