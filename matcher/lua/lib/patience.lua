-- include: keys
-- Remember how long citizens wait and how many give up: the rate of giving up is one by the other.
local WAITS_FADE = 0.999

local function patience(left, waited_ms)
  local known, known_ms = unpack(call('HMGET', PREFIX .. 'patience', 'left', 'ms'))
  call('HSET', PREFIX .. 'patience', 'left', (tonumber(known) or 0) * WAITS_FADE + left,
    'ms', (tonumber(known_ms) or 0) * WAITS_FADE + waited_ms)
end
