-- include: keys
-- include: pace
-- How many calls a second the full-time seats of a lane can take when all are busy; 0 while nothing was measured.
local OWN_CALLS = 5 -- so many calls of its own count as much as the realm's mean

local function rate_of(lane)
  local calls, ms = paced(call('HGET', PREFIX .. 'pace', '*'))
  if calls < OWN_CALLS then
    return 0
  end
  local rate, mean = 0, ms / calls
  local found = call('ZINTER', 2, key('cp', lane), PREFIX .. 'working', 'WEIGHTS', 0, 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    if call('HGET', key('profile', found[i]), 'duty') == 'full' then
      local n, own_ms = paced(call('HGET', PREFIX .. 'pace', found[i]))
      rate = rate + tonumber(found[i + 1]) * 1000 * (n + OWN_CALLS) / math.max(1, own_ms + OWN_CALLS * mean)
    end
  end
  return rate
end
