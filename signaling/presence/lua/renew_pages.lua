-- Renews the entries of pages that are here; an entry in which another window stands is left alone.
-- KEYS the identities' pages
-- ARGV[1] how long entries are kept, in seconds; then for each key `node connection` of its page
-- returns the places (from 1) of the keys in which another window stands
local taken = {}
for place, key in ipairs(KEYS) do
  local found = redis.call("GET", key)
  if found and found ~= ARGV[place + 1] then
    taken[#taken + 1] = place
  else
    redis.call("SET", key, ARGV[place + 1], "EX", ARGV[1])
  end
end
return taken
