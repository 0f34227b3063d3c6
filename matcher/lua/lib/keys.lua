-- What the verb was called with, and the realm's keys: all carry the hash tag of KEYS[1], so that a cluster keeps them
-- on one node. Every call sets these anew (matcher/scripts.py).
local KEYS, ARGV, PREFIX, call

local function key(kind, id)
  return PREFIX .. kind .. ':' .. id
end
