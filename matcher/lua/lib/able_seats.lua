-- include: keys
-- How many signed-in seats fit a lane.
local function able_seats(lane)
  if string.byte(lane) == 64 then -- '@'
    local state = call('HGET', key('seat', call('HGET', key('lane', lane), 'seat') or ''), 'state')
    return (state and state ~= 'offline') and 1 or 0
  end
  local found, n = call('ZINTER', 2, key('cp', lane), PREFIX .. 'online', 'WEIGHTS', 0, 1, 'WITHSCORES'), 0
  for i = 2, #found, 2 do
    n = n + tonumber(found[i])
  end
  return n
end
