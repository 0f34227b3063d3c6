-- Removes the entry of a page that is gone, unless a newer window has taken its place.
-- KEYS[1] the identity's page
-- ARGV[1] `node connection` of the page that is gone
-- returns 1 when it was removed, or had ended by itself; 0 when another window stands there
local found = redis.call("GET", KEYS[1])
if found and found ~= ARGV[1] then
  return 0
end
redis.call("DEL", KEYS[1])
return 1
