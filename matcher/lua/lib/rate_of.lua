-- include: keys
-- include: pace
-- How many calls a second working full-time seats can take when all are busy, 0 while nothing was measured. `profiles`
-- are theirs, each standing for `each`; `seats` tells how many work.
local LEAST_CALLS = 5 -- so many calls of all seats, or nothing is said
local OWN_CALLS = 20 -- so many calls of its own count as much as the realm's mean

local function rate_of(profiles, each, seats)
  local calls, ms = paced(call('HGET', PREFIX .. 'pace', '*'))
  if calls < LEAST_CALLS then
    return 0
  end
  local rate, mean = 0, ms / calls
  for _, profile in ipairs(profiles) do
    if call('HGET', key('profile', profile), 'duty') == 'full' then
      local n, own_ms = paced(call('HGET', PREFIX .. 'pace', profile))
      rate = rate + seats[profile] * 1000 * (n + OWN_CALLS) / math.max(1, own_ms + OWN_CALLS * mean)
    end
  end
  return rate * each
end
