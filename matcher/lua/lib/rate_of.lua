-- include: keys
-- How many calls a second the full-time seats of a lane can take when all are busy; 0 while nothing was measured.
local OWN_CALLS = 5 -- so many calls of its own count as much as the realm's mean

local function rate_of(lane)
  local all = call('HMGET', key('pace', '*'), 'n', 'ms')
  local calls, ms = tonumber(all[1]) or 0, tonumber(all[2]) or 0
  if calls < OWN_CALLS then
    return 0
  end
  local rate, mean = 0, ms / calls
  local found = call('ZINTER', 2, key('cp', lane), PREFIX .. 'working', 'WEIGHTS', 0, 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    if call('HGET', key('profile', found[i]), 'duty') == 'full' then
      local own = call('HMGET', key('pace', found[i]), 'n', 'ms')
      local n, own_ms = tonumber(own[1]) or 0, tonumber(own[2]) or 0
      rate = rate + tonumber(found[i + 1]) * 1000 * (n + OWN_CALLS) / math.max(1, own_ms + OWN_CALLS * mean)
    end
  end
  return rate
end
