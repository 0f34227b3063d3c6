-- The realm's keys: all carry the hash tag of KEYS[1], so that a cluster keeps them on one node.
local PREFIX = string.sub(KEYS[1], 1, -8) -- KEYS[1] without 'journal'
local call = redis.call

local function key(kind, id)
  return PREFIX .. kind .. ':' .. id
end
