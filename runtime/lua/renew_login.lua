-- Renews a login with its new value, unless it was ended meanwhile: then a mark stands there, or nothing.
-- KEYS[1] the login
-- ARGV[1] its new value, ARGV[2] how long it lives, in milliseconds
-- returns 1 when it was renewed
local found = redis.call("GET", KEYS[1])
if found and found ~= "" then
  redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
  return 1
end
return 0
