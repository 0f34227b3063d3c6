-- Removes the entry of a page that is gone, unless a newer window has taken its place.
-- KEYS[1] the identity's page
-- ARGV[1] `node connection` of the page that is gone
-- returns 1 when it was removed
if redis.call("GET", KEYS[1]) == ARGV[1] then
  return redis.call("DEL", KEYS[1])
end
return 0
